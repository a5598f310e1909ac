use std::marker::PhantomData;

use di_server::prelude::*;

pub struct Page<T>(PhantomData<fn() -> T>);

#[provider(container = any)]
fn page<T: Send + 'static>(rows: &T) -> Page<T> {
    let _ = rows;
    Page(PhantomData)
}

fn main() {}
