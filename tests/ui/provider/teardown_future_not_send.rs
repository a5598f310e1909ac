use di_server::prelude::*;
use std::rc::Rc;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider(teardown = finish)]
async fn session() -> Session {
    Session
}

async fn finish(session: Session, outcome: &Outcome) {
    let name = Rc::new(5);
    std::future::ready(()).await;
    drop((name, session));
    let _ = outcome;
}

fn main() {}
