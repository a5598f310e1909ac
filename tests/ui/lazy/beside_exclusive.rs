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
async fn edit(session: &mut Session, user: Lazy<'_, User>) {
    let _ = (session, user.await);
}

static TABLE: Table<App> = table![edit];

fn main() {}
