use std::sync::Arc;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub trait Notify: Send + Sync {}

struct Email;
impl Notify for Email {}

#[provider(named)]
fn email() -> Arc<dyn Notify> {
    Arc::new(Email)
}

collection![Vec<dyn Notify> = [email]];

fn main() {}
