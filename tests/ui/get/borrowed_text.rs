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
async fn name(user: &User) -> &str {
    &user.name
}

fn main() {}
