use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[get("/")]
async fn home(user: Option<&User>) -> &'static str {
    if user.is_some() { "welcome back" } else { "welcome" }
}

fn main() {}
