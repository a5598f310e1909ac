use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[websocket("/chat")]
async fn chat(_socket: WebSocket, _other: WebSocket) {}

fn main() {}
