use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/files/*rest")]
async fn file(rest: Path<String>) {
    let _ = rest;
}

fn main() {}
