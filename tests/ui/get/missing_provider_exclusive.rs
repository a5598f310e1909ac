use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[post("/pay")]
async fn pay(session: &mut Session) {
    let _ = session;
}

fn main() {}
