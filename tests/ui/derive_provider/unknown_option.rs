use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Provider)]
#[provider(reqest)]
struct Page {
    limit: Query<u32>,
}

fn main() {}
