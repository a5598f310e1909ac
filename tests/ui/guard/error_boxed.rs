use di_server::prelude::*;
use std::error::Error;

#[derive(Container)]
pub struct App {}

pub struct Open;

const fn open() -> Open {
    Open
}

#[guard]
impl Open {
    async fn check(&self) -> Result<(), Box<dyn Error + 'static>> {
        Ok(())
    }
}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group("/shop", guards = [open()], home)];

fn main() {
    let _ = &TABLE;
}
