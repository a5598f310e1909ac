use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;
struct AuthError;

#[get("/")]
async fn home(user: Result<&User, &AuthError>) -> &'static str {
    if user.is_ok() { "welcome back" } else { "welcome" }
}

fn main() {}
