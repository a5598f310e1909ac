use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Provider)]
struct Page {
    limit: Query<u32>
    offset: Query<u32>,
}

#[get("/users")]
async fn list(_page: Page) {}

fn main() {}
