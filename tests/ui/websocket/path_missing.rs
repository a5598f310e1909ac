use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[websocket]
async fn chat(_socket: WebSocket) {}

fn main() {}
