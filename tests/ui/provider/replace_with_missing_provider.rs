use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct User;
pub struct Session;

#[provider(replace)]
async fn fake(session: &Session) -> User {
    let _ = session;
    User
}

fn main() {}
