use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[provider(singelton)]
async fn user() -> User {
    User
}

#[get("/me")]
async fn me(user: &User) {
    let _ = user;
}

static TABLE: Table<App> = table![me];

fn main() {}
