use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;
type Transaction = Session;

#[provider]
fn session() -> Session {
    Session
}

#[post("/")]
async fn pay(a: &Session, b: &mut Transaction) {
    let _ = (a, b);
}

fn main() {}
