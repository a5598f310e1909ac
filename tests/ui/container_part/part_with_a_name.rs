use di_server::prelude::*;

#[derive(ContainerPart)]
struct Billing {}
struct Replica;

#[derive(Container)]
pub struct App {
    #[container(part, name = Replica)]
    billing: Billing,
}

fn main() {}
