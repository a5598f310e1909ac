use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider]
fn session() -> Session {
    Session
}

#[get("/")]
async fn home(session: &Lazy<'_, Session>) {
    let _ = session;
}

fn main() {}
