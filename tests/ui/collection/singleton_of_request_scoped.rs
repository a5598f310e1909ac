use std::sync::Arc;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    all: Vec<Arc<dyn Notify>>,
}

pub trait Notify: Send + Sync {}
impl Notify for u8 {}

#[provider(named)]
fn email() -> Arc<dyn Notify> {
    Arc::new(1)
}

collection![singleton, Vec<Arc<dyn Notify>> = [email]];

fn main() {}
