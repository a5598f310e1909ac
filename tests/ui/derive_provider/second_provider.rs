use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Provider)]
struct Page {
    limit: Query<u32>,
}

#[provider]
fn page() -> Page {
    Page { limit: Query(10) }
}

fn main() {}
