use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session;

#[provider(teardown = finish)]
async fn session() -> Sesion {
    Session
}

async fn finish(_session: Session, _: &Outcome) {}

fn main() {}
