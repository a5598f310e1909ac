use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider]
unsafe fn session() -> Session {
    Session
}

fn main() {}
