use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session;

#[provider]
fn session() -> Session {
    Session
}

#[get("/rows")]
async fn rows(session: Held<Session>, again: &Session) {
    let _ = (session, again);
}

fn main() {}
