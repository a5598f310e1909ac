use di_server::{prelude::*, websocket::WebSocketError};

#[derive(Container)]
pub struct App {}

type Result<T, E> = core::result::Result<T, Box<E>>;

#[websocket("/")]
async fn chat(mut socket: WebSocket) -> Result<(), WebSocketError> {
    socket.recv().await.map(drop).map_err(Box::new)
}

fn main() {}
