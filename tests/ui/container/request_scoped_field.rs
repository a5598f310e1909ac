use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    session: Session,
}

pub struct Session;

#[provider]
fn session() -> Session {
    Session
}

fn main() {}
