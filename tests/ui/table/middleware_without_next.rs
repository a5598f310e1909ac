use di_server::{Request, middleware, prelude::*};

#[derive(Container)]
pub struct App {}

async fn timed(request: Request) -> StatusCode {
    let _ = request;
    StatusCode::OK
}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group("/api", layers = [middleware(timed)], home)];

fn main() {}
