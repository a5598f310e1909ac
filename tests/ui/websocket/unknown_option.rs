use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[websocket("/chat", protocol = ["chat"])]
async fn chat(_socket: WebSocket) {}

fn main() {}
