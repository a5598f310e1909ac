use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[websocket("/chat")]
async fn chat(_socket: WebSocket) {}

#[get("/chat")]
async fn page() -> &'static str {
    "chat"
}

static TABLE: Table<App> = table![chat, page];

fn main() {}
