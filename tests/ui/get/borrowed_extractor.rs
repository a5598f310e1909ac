use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/")]
async fn pay(amount: &Json<u32>) {
    let _ = amount;
}

fn main() {}
