use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[websocket("/chat")]
async fn chat(_socket: WebSocket) -> Result<Json<u8>, std::io::Error> {
    Ok(Json(1))
}

fn main() {}
