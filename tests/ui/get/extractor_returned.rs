use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/limit")]
async fn limit(limit: Query<u32>) -> Query<u32> {
    limit
}

fn main() {}
