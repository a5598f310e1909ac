use di_server::prelude::*;

#[derive(ContainerPart)]
pub struct Storage {
    page: Query<u32>,
}

#[derive(Container)]
pub struct App {
    #[container(part)]
    storage: Storage,
}

fn main() {}
