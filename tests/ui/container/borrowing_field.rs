use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    name: &str,
}

fn main() {}
