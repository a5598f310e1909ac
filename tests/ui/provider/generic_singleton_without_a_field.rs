// One for each type of what is kept.

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Cache<R>(Option<R>);

#[provider(singleton)]
fn cache<R: Send + Sync + 'static>() -> Cache<R> {
    Cache(None)
}

fn main() {}
