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
async fn edit(user: Lazy<'_, User>, session: Lazy<'_, Session>) {
    let _ = (session.await, user.await);
}

static TABLE: Table<App> = table![edit];

fn main() {}
