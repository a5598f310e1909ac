use di_server::prelude::*;
use std::rc::Rc;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home() -> String {
    let text = Rc::new(String::from("hello"));
    std::future::ready(()).await;
    text.to_string()
}

fn main() {}
