use std::borrow::Cow;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User {
    name: String,
}

#[provider]
fn user() -> User {
    User { name: "Ann".into() }
}

#[get("/me")]
fn name<'u>(user: &'u User, _headers: &HeaderMap) -> Result<(StatusCode, Html<Cow<'u, str>>), StatusCode> {
    Ok((StatusCode::OK, Html(Cow::Borrowed(&user.name))))
}

fn main() {}
