use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Fault;

#[websocket("/chat")]
async fn chat(_socket: WebSocket) -> Result<(), Fault> {
    Err(Fault)
}

fn main() {}
