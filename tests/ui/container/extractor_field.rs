use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    name: Query<String>,
}

fn main() {}
