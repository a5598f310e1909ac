use di_server::prelude::*;
use std::rc::Rc;

#[derive(Container)]
pub struct App {}

struct Session(Rc<u32>);

#[provider(teardown = finish)]
async fn session() -> Session {
    Session(Rc::new(5))
}

async fn finish(session: Session, _outcome: &Outcome) {
    drop(session.0);
}

#[get("/")]
async fn home(session: &mut Session) -> String {
    session.0.to_string()
}

static TABLE: Table<App> = table![home];

fn main() {}
