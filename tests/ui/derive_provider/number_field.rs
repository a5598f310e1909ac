use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Provider)]
struct Page {
    limit: u32,
}

fn main() {}
