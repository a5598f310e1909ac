use di_server::prelude::*;

#[derive(ContainerPart)]
struct Billing {
    #[container(input)]
    text: String,
}

fn main() {}
