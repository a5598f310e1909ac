use di_server::prelude::*;
use futures_lite::stream;

#[derive(Container)]
pub struct App {}

#[get("/a")]
async fn numbers() -> StreamBody {
    StreamBody::new(stream::iter([1, 2]))
}

fn main() {}
