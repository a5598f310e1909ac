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

#[allow(non_camel_case_types)]
type again = email;

collection![Vec<Arc<dyn Notify>> = [email, sms, again]];

#[get("/")]
async fn list(all: &Vec<Arc<dyn Notify>>) {
    let _ = all;
}

fn main() {}
