use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider]
fn session() -> Session {
    Session
}

#[post("/")]
async fn pay(session: Session) {
    let _ = session;
}

fn main() {}
