use std::sync::Arc;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub trait Notify: Send + Sync {}

pub struct Email;

impl Notify for Email {}

#[provider(named)]
fn email() -> Arc<dyn Notify> {
    Arc::new(Email)
}

collection![Vec<Arc<dyn Notify>> = email];

#[get("/")]
async fn home(_all: &Vec<Arc<dyn Notify>>) -> &'static str {
    "home"
}

fn main() {}
