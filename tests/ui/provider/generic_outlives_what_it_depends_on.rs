use std::marker::PhantomData;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session<R>(PhantomData<R>);

#[provider(teardown = close)]
fn session<R: Send + Sync + 'static>() -> Session<R> {
    Session(PhantomData)
}

fn close<R>(_: Session<R>, _: &Outcome) {}

pub struct Page<R>(PhantomData<R>);

#[provider(teardown_after_response = end)]
fn page<R: Send + Sync + 'static>(_session: &Session<R>) -> Page<R> {
    Page(PhantomData)
}

fn end<R>(_: Page<R>, _: &Outcome) {}

#[get("/")]
async fn home(_page: &Page<u8>) {}

fn main() {}
