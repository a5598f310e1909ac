use di_server::{Rejection, prelude::*};

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home(token: Result<Option<Bearer>, Rejection>) -> StatusCode {
    let _ = token;
    StatusCode::OK
}

static TABLE: Table<App> = table![home];

fn main() {}
