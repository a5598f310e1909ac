use di_server::prelude::*;

use std::sync::Arc;

#[derive(Container)]
pub struct App {}

pub trait Notify: Send + Sync {}

struct Email;
impl Notify for Email {}

#[provider(named)]
fn email() -> Arc<dyn Notify> {
    Arc::new(Email)
}

#[provider(named)]
fn other() -> Arc<dyn Notify> {
    Arc::new(Email)
}

collection![Vec<Arc<dyn Notify>> = [email other]];

#[get("/")]
async fn home(all: &Vec<Arc<dyn Notify>>) {
    let _ = all;
}

fn main() {}
