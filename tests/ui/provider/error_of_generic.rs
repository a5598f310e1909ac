use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Has<T>(std::marker::PhantomData<T>);
struct Forbidden;

#[provider]
fn has<T: Send + Sync>() -> Result<Has<T>, Forbidden> {
    Err(Forbidden)
}

fn main() {}
