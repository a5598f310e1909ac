use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[any("/echo")]
async fn echo() {}

#[route(method = "*", "/echo")]
async fn other() {}

static TABLE: Table<App> = table![echo, other];

fn main() {
    let _ = &TABLE;
}
