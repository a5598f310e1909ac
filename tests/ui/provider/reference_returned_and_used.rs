use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
async fn user(token: Bearer) -> Result<&User, StatusCode> {
    let _ = token;
    Err(StatusCode::FORBIDDEN)
}

#[get("/")]
async fn home(_user: &User) {}

#[get("/pooled")]
fn pooled(_user: &User) {}

static TABLE: Table<App> = table![home, pooled];

fn main() {}
