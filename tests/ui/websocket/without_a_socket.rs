use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[websocket("/chat")]
async fn chat() {}

fn main() {}
