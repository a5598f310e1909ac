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

#[provider(named)]
fn push(all: &Vec<Arc<dyn Notify>>) -> Arc<dyn Notify> {
    all[0].clone()
}

collection![Vec<Arc<dyn Notify>> = [email, sms, push]];

fn main() {}
