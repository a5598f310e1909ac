use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Hub;

#[websocket("/chat")]
async fn chat(_socket: WebSocket, _hub: &Hub) {}

fn main() {}
