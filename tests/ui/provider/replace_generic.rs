use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Has<R>(std::marker::PhantomData<R>);

#[provider(replace)]
fn fake<R: Send>() -> Has<R> {
    Has(std::marker::PhantomData)
}

fn main() {}
