use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[websocket("/chat")]
async fn chat(_socket: WebSocket) {
    std::thread::sleep(std::time::Duration::from_secs(1));
}

fn main() {}
