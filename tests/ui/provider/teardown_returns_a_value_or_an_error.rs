use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session;

#[provider(teardown = finish)]
async fn session() -> Session {
    Session
}

async fn finish(_session: Session, _outcome: &Outcome) -> Result<u32, std::io::Error> {
    Ok(1)
}

fn main() {}
