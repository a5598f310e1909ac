use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Conn;

#[provider]
fn conn() -> Conn {
    Conn
}

struct Session;

#[provider(teardown = end)]
async fn session(conn: Fresh<Conn>) -> Session {
    drop(conn);
    Session
}

async fn end(_: Session, _: &Outcome, conn: &Conn) {
    let _ = conn;
}

#[get("/")]
async fn home(session: &Session) {
    let _ = session;
}

fn main() {}
