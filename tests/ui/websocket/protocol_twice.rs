use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[websocket("/chat", protocols = ["chat", "chat"])]
async fn chat(_socket: WebSocket) {}

fn main() {}
