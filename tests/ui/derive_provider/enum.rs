use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Provider)]
enum Page {
    First,
}

fn main() {}
