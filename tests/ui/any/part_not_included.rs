use di_server::prelude::*;
use di_tests_accounts::User;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn list(user: &User) {
    let _ = user;
}

fn main() {}
