use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/chat")]
async fn chat(_socket: WebSocket) {}

fn main() {}
