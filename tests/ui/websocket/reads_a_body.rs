use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[websocket("/")]
async fn chat(mut socket: WebSocket, first: Json<String>) {
    let _ = socket.send(first.0).await;
}

fn main() {}
