use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    build: Build,
}

pub struct Build;

fn main() {}
