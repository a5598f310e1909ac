use std::error::Error;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider]
async fn session() -> Result<Session, Box<dyn Error>> {
    Ok(Session)
}

#[get("/")]
async fn home(session: &Session) {
    let _ = session;
}

static TABLE: Table<App> = table![home];

fn main() {
    let _ = &TABLE;
}
