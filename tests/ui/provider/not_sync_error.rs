use di_server::prelude::*;
use std::cell::Cell;

#[derive(Container)]
pub struct App {}

struct User;

#[derive(Debug)]
struct Refused(Cell<u32>);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        StatusCode::FORBIDDEN.into_response()
    }
}

#[provider]
fn user() -> Result<User, Refused> {
    Err(Refused(Cell::new(0)))
}

#[get("/")]
async fn home(user: Result<&User, &Refused>) -> String {
    format!("{:?}", user.err())
}

static TABLE: Table<App> = table![home];

fn main() {}
