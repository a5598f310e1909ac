use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(part)]
    billing: Billing,
}

#[derive(ContainerPart)]
struct Billing {
    ledger: Ledger,
}

struct Ledger;

fn main() {}
