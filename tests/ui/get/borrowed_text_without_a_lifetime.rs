use std::borrow::Cow;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct User(String);

#[provider]
fn user() -> User {
    User("ada".to_owned())
}

#[allow(mismatched_lifetime_syntaxes)]
#[get("/")]
async fn greet(user: &User) -> Cow<str> {
    Cow::Borrowed(&user.0)
}

fn main() {}
