use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Has<R>(std::marker::PhantomData<R>);

#[provider]
fn has<R: Send + Sync>() -> Has<R> {
    Has(std::marker::PhantomData)
}

#[provider]
fn has_string() -> Has<String> {
    Has(std::marker::PhantomData)
}

fn main() {}
