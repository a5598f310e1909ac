use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/a")]
async fn client(client: ClientAddr) -> String {
    client.to_string()
}

static TABLE: Table<App> = table![client];

fn main() {}
