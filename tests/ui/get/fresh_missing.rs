use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session;

#[get("/")]
async fn home(session: Fresh<Session>) {
    let _ = session;
}

fn main() {}
