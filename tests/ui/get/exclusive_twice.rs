use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider]
fn session() -> Session {
    Session
}

#[post("/")]
async fn pay(a: &mut Session, b: &mut Session) {
    let _ = (a, b);
}

fn main() {}
