//! How does a function get a value of its own?

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Counter, get, pause},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    counter: Counter,
}

pub struct Below(usize);

#[provider]
fn below(counter: &Counter) -> Below {
    Below(counter.next())
}

/// Not `Clone`: it is built again.
pub struct Nonce(usize, usize);

#[provider]
async fn nonce(counter: &Counter, below: &Below) -> Nonce {
    pause().await;
    Nonce(below.0, counter.next())
}

pub struct Fragile;

#[provider]
fn fragile(fail: Option<Query<bool>>) -> Result<Fragile, Broken> {
    if fail.is_some_and(|fail| fail.0) { Err(Broken) } else { Ok(Fragile) }
}

#[derive(Provider)]
pub struct Pair {
    left: Fresh<Nonce>,
    right: Fresh<Nonce>,
}

#[get("/fresh")]
async fn fresh(shared: &Nonce, mut own: Fresh<Nonce>, again: &Nonce, Fresh(other): Fresh<Nonce>) -> String {
    let text = format!("{}.{} {}.{} {}.{}", shared.0, shared.1, own.0.0, own.0.1, other.0, other.1);
    own.0.1 += 100;
    assert!(own.0.1 >= 100);
    assert_eq!(shared.1, again.1);
    text
}

#[get("/pair")]
fn pair(pair: Pair) -> String {
    format!("{} {}", pair.left.0.1, pair.right.0.1)
}

#[get("/fragile")]
async fn results(own: Result<Fresh<Fragile>, Broken>, none: Option<Fresh<Nonce>>) -> String {
    format!("{} {}", own.is_ok(), none.is_some())
}

static TABLE: Table<App> = table![fresh, pair, results];

async fn service(rt: Rt) -> di_server::Service {
    App::builder().counter(Counter::default()).runtime(rt).build().await.unwrap().service(&TABLE)
}

async fn behaviour_02_one_use_may_ask_for_a_fresh_value(rt: Rt) {
    let service = service(rt).await;
    get(&service, "/fresh").await.is(200, "0.1 0.2 0.3");
    get(&service, "/fresh").await.is(200, "4.5 4.6 4.7");
}

async fn behaviour_02_fields_may_be_fresh(rt: Rt) {
    get(&service(rt).await, "/pair").await.is(200, "1 2");
}

async fn behaviour_02_a_fresh_value_may_fail_as_a_value(rt: Rt) {
    let service = service(rt).await;
    get(&service, "/fragile").await.is(200, "true true");
    get(&service, "/fragile?fail=true").await.is(200, "false true");
}

on_every_executor![
    behaviour_02_one_use_may_ask_for_a_fresh_value,
    behaviour_02_fields_may_be_fresh,
    behaviour_02_a_fresh_value_may_fail_as_a_value,
];
