use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[get("/me", inline)]
fn me() -> Vec<User> {
    Vec::new()
}

fn main() {}
