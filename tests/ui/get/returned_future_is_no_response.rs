use di_server::prelude::*;
use std::future::Future;

#[derive(Container)]
pub struct App {}

struct User;

#[get("/me")]
fn me() -> impl Future<Output = User> + Send {
    async { User }
}

fn main() {}
