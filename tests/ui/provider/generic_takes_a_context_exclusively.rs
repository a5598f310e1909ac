use std::marker::PhantomData;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Tenant<R>(PhantomData<R>);

impl<R: Send + Sync + 'static> Context for Tenant<R> {
    fn enter(&self, inside: &mut dyn FnMut()) {
        inside();
    }
}

#[provider]
fn tenant<R: Send + Sync + 'static>() -> Tenant<R> {
    Tenant(PhantomData)
}

pub struct Page<R>(PhantomData<R>);

#[provider]
fn page<R: Send + Sync + 'static>(_tenant: &mut Tenant<R>) -> Page<R> {
    Page(PhantomData)
}

#[get("/")]
async fn home(_page: &Page<u8>) {}

fn main() {}
