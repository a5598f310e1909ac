use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct User;

#[provider]
async fn user(_token: Bearer) -> Result<User, StatusCode> {
    Err(StatusCode::FORBIDDEN)
}

#[get("/")]
async fn home(user: Result<Option<&User>, StatusCode>) -> StatusCode {
    let _ = user;
    StatusCode::OK
}

static TABLE: Table<App> = table![home];

fn main() {}
