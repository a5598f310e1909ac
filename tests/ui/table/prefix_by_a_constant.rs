use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

const API_PREFIX: &str = "/api";

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group(API_PREFIX, home)];

fn main() {}
