use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider]
fn session() -> Session {
    Session
}

#[get("/")]
async fn list(#[cfg(any())] _trace: &Trace, _session: &Session) {}

fn main() {}
