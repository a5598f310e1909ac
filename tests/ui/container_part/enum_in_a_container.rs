use di_server::prelude::*;

#[derive(ContainerPart)]
pub enum Storage {
    Memory,
    Disk,
}

#[derive(Container)]
pub struct App {
    #[container(part)]
    storage: Storage,
}

fn main() {}
