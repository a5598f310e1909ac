use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Provider)]
struct Page {
    limit: u32,
}

#[get("/items")]
async fn items(page: Page) {
    let _ = page.limit;
}

fn main() {}
