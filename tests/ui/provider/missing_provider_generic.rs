use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;
struct Has<R>(std::marker::PhantomData<R>);

#[provider]
fn has<R: Send + Sync>(user: &User) -> Has<R> {
    let _ = user;
    Has(std::marker::PhantomData)
}

fn main() {}
