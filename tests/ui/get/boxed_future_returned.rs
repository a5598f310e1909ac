use std::pin::Pin;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/name")]
fn name() -> Pin<Box<dyn Future<Output = String> + Send>> {
    Box::pin(async { String::from("Ann") })
}

fn main() {}
