use std::marker::PhantomData;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Cache<R>(PhantomData<R>);

#[provider(singleton)]
fn cache<R: Send + Sync + 'static>() -> Cache<R> {
    Cache(PhantomData)
}

fn main() {}
