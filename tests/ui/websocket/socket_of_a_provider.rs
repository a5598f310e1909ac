use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Room;

#[provider]
fn room(_socket: WebSocket) -> Room {
    Room
}

fn main() {}
