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
fn push() -> String {
    String::new()
}

collection![Vec<Arc<dyn Notify>> = [email, sms, push]];

#[get("/")]
async fn list(all: &Vec<Arc<dyn Notify>>) {
    let _ = all;
}

fn main() {}
