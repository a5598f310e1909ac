use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct User(String);

#[provider]
fn user() -> User {
    User("ada".to_owned())
}

type Text<'a> = &'a str;

#[allow(mismatched_lifetime_syntaxes)]
#[get("/")]
fn greet(user: &User) -> Result<Text, StatusCode> {
    Ok(&user.0)
}

fn main() {}
