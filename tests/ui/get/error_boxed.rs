use std::error::Error;

use di_server::prelude::*;

#[get("/a")]
async fn list() -> Result<String, Box<dyn Error>> {
    Ok(String::new())
}

static TABLE: Table<App> = table![list];

#[derive(Container)]
pub struct App {}

fn main() {}
