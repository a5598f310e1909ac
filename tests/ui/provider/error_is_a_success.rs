use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
fn user(token: Bearer) -> Result<User, Json<&'static str>> {
    if token.token() == "secret" { Ok(User) } else { Err(Json("no such token")) }
}

#[get("/")]
async fn home(_user: &User) {}

static TABLE: Table<App> = table![home];

fn main() {}
