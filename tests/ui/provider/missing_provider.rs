use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;
struct User;

#[provider]
async fn user(session: &Session) -> User {
    let _ = session;
    User
}

#[get("/me")]
async fn me(user: &User) {
    let _ = user;
}

static TABLE: Table<App> = table![me];

fn main() {}
