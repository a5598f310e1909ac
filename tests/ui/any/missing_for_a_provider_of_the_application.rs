use di_server::prelude::*;
use di_tests_billing::{Billing, Order};

#[derive(Container)]
pub struct App {
    #[container(part)]
    billing: Billing,
}

pub struct Basket;

#[provider]
fn basket(order: Order) -> Basket {
    let _ = order;
    Basket
}

#[get("/")]
async fn list(basket: &Basket) {
    let _ = basket;
}

fn main() {}
