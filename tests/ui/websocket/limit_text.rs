use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[websocket("/chat", message_limit = "1 MiB")]
async fn chat(_socket: WebSocket) {}

fn main() {}
