use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[get("/me")]
async fn me(user: &User) {
    let _ = user;
}

static TABLE: Table<App> = table![me];

fn main() {}
