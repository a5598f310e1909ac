use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Hello;

#[provider]
fn hello(body: Json<String>) -> Hello {
    drop(body);
    Hello
}

#[websocket("/ws")]
async fn ws(_socket: WebSocket, _hello: &Hello) {}

static TABLE: Table<App> = table![ws];

fn main() {}
