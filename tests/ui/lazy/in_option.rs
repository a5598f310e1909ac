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
async fn user(session: &Session) -> User {
    let _ = session;
    User
}

#[get("/")]
async fn edit(user: Option<Lazy<'_, User>>) {
    let _ = user;
}

static TABLE: Table<App> = table![edit];

fn main() {}
