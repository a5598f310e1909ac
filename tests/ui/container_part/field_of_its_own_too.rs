use di_server::prelude::*;
use di_tests_billing::{Billing, Ledger};

#[derive(Container)]
pub struct App {
    #[container(part)]
    billing: Billing,
    ledger: Ledger,
}

fn main() {}
