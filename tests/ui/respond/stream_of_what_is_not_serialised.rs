use di_server::prelude::*;
use futures_lite::stream;

#[derive(Container)]
pub struct App {}

pub struct Row;

#[get("/a")]
async fn rows() -> Ndjson<Row> {
    Ndjson::new(stream::iter([Row]))
}

fn main() {}
