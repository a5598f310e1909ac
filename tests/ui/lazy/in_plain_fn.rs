use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session;

#[provider]
fn session() -> Session {
    Session
}

pub struct User;

#[provider]
async fn user(session: &mut Session) -> User {
    let _ = session;
    User
}

#[get("/")]
fn edit(user: Lazy<'_, User>) {
    let _ = user;
}

static TABLE: Table<App> = table![edit];

fn main() {}
