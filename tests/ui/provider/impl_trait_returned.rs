use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider]
fn session() -> impl Clone {
    5
}

fn main() {}
