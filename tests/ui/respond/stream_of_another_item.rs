use di_server::prelude::*;
use futures_lite::stream;

#[derive(Container)]
pub struct App {}

#[derive(serde::Serialize)]
pub struct Row;

#[get("/a")]
async fn rows() -> Ndjson<Row> {
    Ndjson::new(stream::iter([1, 2]))
}

fn main() {}
