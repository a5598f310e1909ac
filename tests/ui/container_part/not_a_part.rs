use di_server::prelude::*;

struct Billing;

#[derive(Container)]
pub struct App {
    #[container(part)]
    billing: Billing,
}

fn main() {}
