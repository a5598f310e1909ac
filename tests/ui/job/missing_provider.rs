use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session;

#[job]
fn nightly(session: &mut Session) {
    let _ = session;
}

fn main() {}
