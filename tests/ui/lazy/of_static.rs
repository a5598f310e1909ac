use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider]
async fn session() -> Session {
    Session
}

#[get("/")]
async fn home(session: Lazy<'static, Session>) {
    let _ = session.await;
}

fn main() {}
