use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Order {
    name: String,
}

#[post("/")]
async fn order(order: Json<Order>) -> String {
    order.0.name
}

fn main() {}
