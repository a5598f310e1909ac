use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Order {
    name: String,
}

#[post("/")]
async fn order(order: Option<Json<Order>>) -> Option<String> {
    order.map(|order| order.0.name)
}

fn main() {}
