use di_server::{Forward, prelude::*};

#[derive(Container)]
pub struct App {}

#[fallback("/legacy")]
async fn legacy(request: Forward, body: Bytes) {
    let _ = (request, body);
}

fn main() {}
