use di_server::prelude::*;
use di_tests_billing::{Billing, Invoice};

#[derive(Container)]
pub struct App {
    #[container(part)]
    billing: Billing,
}

#[get("/")]
async fn list(invoice: &Invoice) {
    let _ = invoice;
}

fn main() {}
