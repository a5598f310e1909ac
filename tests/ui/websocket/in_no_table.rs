#![deny(dead_code)]

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[websocket("/chat", as = Chat)]
async fn chat(mut socket: WebSocket) {
    let _ = socket.recv().await;
}

static TABLE: Table<App> = table![];

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    let app = App::builder().build().await?;
    di_server::serve(app, &TABLE, "127.0.0.1:8000").await
}
