use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider]
fn session(name: impl Clone) -> Session {
    let _ = name;
    Session
}

fn main() {}
