use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/a")]
async fn host(host: TypedHeader<String>) -> String {
    host.to_string()
}

static TABLE: Table<App> = table![host];

fn main() {}
