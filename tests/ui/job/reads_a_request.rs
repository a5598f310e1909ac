use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job]
async fn nightly(page: Query<u32>) {
    let _ = page;
}

fn main() {}
