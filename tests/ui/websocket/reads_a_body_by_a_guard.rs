use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Signed;

#[provider]
fn signed(body: Bytes) -> Signed {
    drop(body);
    Signed
}

#[websocket("/ws")]
async fn ws(_socket: WebSocket) {}

static TABLE: Table<App> = table![group("/signed", guards = [Signed], ws)];

fn main() {}
