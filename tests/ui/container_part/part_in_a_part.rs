use di_server::prelude::*;

#[derive(ContainerPart)]
struct Ledger {}

#[derive(ContainerPart)]
struct Billing {
    #[container(part)]
    ledger: Ledger,
}

fn main() {}
