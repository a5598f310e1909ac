use std::sync::Arc;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub trait Notify: Send + Sync {}
impl Notify for u8 {}

#[provider(named)]
fn email() -> Arc<dyn Notify> {
    Arc::new(1)
}

#[provider(named)]
fn sms() -> Arc<dyn Notify> {
    Arc::new(2)
}

collection![Vec<Arc<dyn Notify>>];

fn main() {}
