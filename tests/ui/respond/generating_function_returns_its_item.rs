use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/a")]
async fn numbers() -> Ndjson<u8> {
    Ndjson::new(generate(async |mut out: Out<u8>| {
        out.send(1).await;
        2
    }))
}

fn main() {}
