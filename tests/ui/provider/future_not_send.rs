use di_server::prelude::*;
use std::rc::Rc;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
async fn user() -> User {
    let name = Rc::new(5);
    std::future::ready(()).await;
    drop(name);
    User
}

fn main() {}
