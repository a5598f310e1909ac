use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/me")]
async fn me(_cookies: Cookies) {}

fn main() {}
