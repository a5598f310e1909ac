use di_server::prelude::*;
use std::rc::Rc;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
async fn user(method: &Method) -> User {
    let name = Rc::new(method.as_str());
    std::future::ready(()).await;
    drop(name);
    User
}

fn main() {}
