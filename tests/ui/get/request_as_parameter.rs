use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/echo")]
async fn echo(request: di_server::Request) -> String {
    request.uri().to_string()
}

fn main() {}
