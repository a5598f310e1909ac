use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider]
fn limit() -> Query<u32> {
    Query(10)
}

fn main() {}
