use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider]
fn greeting() -> String {
    "hello".to_owned()
}

#[provider(named)]
fn farewell() -> String {
    "goodbye".to_owned()
}

#[get("/")]
async fn greet(#[named(farewell)] farewell: &String) -> String {
    farewell.clone()
}

fn main() {}
