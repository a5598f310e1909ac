use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users", tags = "users", "admin")]
async fn list_users() -> &'static str {
    "none"
}

fn main() {}
