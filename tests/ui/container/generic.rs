use di_server::prelude::*;

#[derive(Container)]
pub struct App<T> {
    #[container(input)]
    value: T,
}

fn main() {}
