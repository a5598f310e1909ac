use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

type Socket = WebSocket;

#[websocket("/chat")]
async fn chat(_socket: WebSocket, _other: Socket) {}

fn main() {}
