use std::marker::PhantomData;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Slot<R>(PhantomData<R>);

#[provider]
fn slot<R: Send + Sync + 'static>() -> Slot<R> {
    Slot(PhantomData)
}

pub struct Page<R>(PhantomData<R>);

#[provider]
fn page<R: Send + Sync + 'static>(_slot: Slot<R>) -> Page<R> {
    Page(PhantomData)
}

#[get("/")]
async fn home(_page: &Page<u8>, _slot: &Slot<u8>) {}

fn main() {}
