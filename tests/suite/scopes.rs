//! How often is a value built, and who shares it?

use std::{
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
};

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Counter, both, get, pause},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    counter: Counter,
    single: Single,
}

/// A number that tells values apart.
pub struct Single(usize);

#[provider(singleton)]
async fn single(counter: &Counter) -> Single {
    pause().await;
    Single(counter.next())
}

pub struct Shared(usize);

#[provider]
async fn shared(counter: &Counter) -> Shared {
    pause().await;
    Shared(counter.next())
}

pub struct Indirect(usize);

#[provider]
fn indirect(shared: &Shared) -> Indirect {
    Indirect(shared.0)
}

#[provider(blocking)]
fn blocking_indirect(shared: &Shared) -> BlockingIndirect {
    BlockingIndirect(shared.0)
}
pub struct BlockingIndirect(usize);

#[get("/shared")]
async fn direct_and_indirect(a: &Shared, b: &Indirect, c: &BlockingIndirect, d: Option<&Shared>) -> String {
    format!("{} {} {} {}", a.0, b.0, c.0, d.map_or(99, |d| d.0))
}

pub struct Own(usize);

#[provider(transient)]
fn own(counter: &Counter) -> Own {
    Own(counter.next())
}

#[derive(Provider)]
pub struct Pair {
    first: Own,
    second: Own,
}

#[get("/transient")]
fn transient_uses(a: Own, b: Own, pair: Pair, again: &Indirect) -> String {
    let _ = again;
    format!("{} {} {} {}", a.0, b.0, pair.first.0, pair.second.0)
}

#[get("/singleton", inline)]
fn singleton_uses(single: &Single) -> String {
    single.0.to_string()
}

#[derive(Clone)]
pub struct Copied(usize, Counter);

#[provider]
async fn copied(counter: &Counter) -> Copied {
    Copied(counter.next(), counter.clone())
}

pub struct FromCopy(usize);

#[provider]
fn from_copy(copied: Copied) -> FromCopy {
    FromCopy(copied.0)
}

#[get("/copies")]
async fn copies(mut mine: Copied, yours: &Copied, theirs: &FromCopy) -> String {
    mine.0 += 100;
    mine.1.next();
    format!("{} {} {}", mine.0, yours.0, theirs.0)
}

pub trait Role: Send + Sync + 'static {
    const NAME: &'static str;
}
pub struct Admin;
pub struct Editor;
impl Role for Admin {
    const NAME: &'static str = "admin";
}
impl Role for Editor {
    const NAME: &'static str = "editor";
}

pub struct Has<R> {
    number: usize,
    role: PhantomData<R>,
}

#[provider]
async fn has<R: Role>(counter: &Counter) -> Has<R> {
    pause().await;
    Has { number: counter.next(), role: PhantomData }
}

pub struct Both(usize, usize);

#[provider]
fn both_roles(admin: &Has<Admin>, editor: &Has<Editor>) -> Both {
    Both(admin.number, editor.number)
}

#[get("/generic")]
async fn generic(admin: &Has<Admin>, editor: &Has<Editor>, both: &Both) -> String {
    let name = |_: PhantomData<Admin>| Admin::NAME;
    let _ = (name(admin.role), Editor::NAME, editor.role);
    format!("{} {} {} {}", admin.number, editor.number, both.0, both.1)
}

/// For `Editor` it takes two values, for `Admin` one twice.
pub struct Twins<R>(PhantomData<R>);

#[provider]
fn pair<R: Role>(own: &mut Has<R>, admin: &Has<Admin>) -> Twins<R> {
    own.number += admin.number;
    Twins(PhantomData)
}

#[get("/two")]
async fn pair_of_two(pair: &Twins<Editor>) {
    let _ = pair;
}

#[get("/one")]
async fn pair_of_one(pair: &Twins<Admin>) {
    let _ = pair;
}

async fn one_value_is_not_lent_twice_to_a_generic_function(rt: Rt) {
    static ONE: Table<App> = table![pair_of_one];
    static TWO: Table<App> = table![pair_of_two];
    let app = App::builder().counter(Counter::default()).runtime(rt).build().await.expect("nothing fails");
    get(&app.service(&TWO), "/two").await.is_status(200);
    let panic = catch_unwind(AssertUnwindSafe(|| app.service(&ONE))).expect_err("it takes one value twice");
    let text = panic.downcast::<String>().expect("words");
    assert!(text.starts_with("`pair` takes one value twice, as `own: Has<R>` and as `admin: Has<Admin>`"), "{text}");
}

static TABLE: Table<App> = table![direct_and_indirect, transient_uses, singleton_uses, copies, generic];

async fn service(rt: Rt) -> (di_server::Service, Counter) {
    let counter = Counter::default();
    let app = App::builder().counter(counter.clone()).runtime(rt).build().await.expect("nothing fails");
    assert_eq!((app.single.0, counter.count(), app.counter.count()), (0, 1, 1));
    (app.service(&TABLE), counter)
}

async fn a_request_scoped_value_is_built_once_in_a_request_and_anew_in_the_next(rt: Rt) {
    let (service, counter) = service(rt).await;
    get(&service, "/shared").await.is(200, "1 1 1 1");
    get(&service, "/shared").await.is(200, "2 2 2 2");
    assert_eq!(counter.count(), 3);
}

async fn requests_at_the_same_time_have_values_of_their_own(rt: Rt) {
    let (service, _) = service(rt).await;
    let (a, b) = both(get(&service, "/shared"), get(&service, "/shared")).await;
    let mut bodies = [a.body, b.body];
    bodies.sort();
    assert_eq!(bodies, ["1 1 1 1", "2 2 2 2"]);
}

async fn a_transient_value_is_built_for_each_use(rt: Rt) {
    let (service, counter) = service(rt).await;
    get(&service, "/transient").await.is(200, "1 2 3 4");
    assert_eq!(counter.count(), 6, "four transients, and what the handler did not look at");
}

async fn a_singleton_is_built_once(rt: Rt) {
    let (service, counter) = service(rt).await;
    for _ in 0..3 {
        get(&service, "/singleton").await.is(200, "0");
    }
    assert_eq!(counter.count(), 1);
}

async fn by_value_use_of_a_shared_value_is_a_clone(rt: Rt) {
    let (service, counter) = service(rt).await;
    get(&service, "/copies").await.is(200, "101 1 1");
    assert_eq!(counter.count(), 3, "the clone shares what its `Clone` shares");
}

async fn behaviour_04_two_parameterisations_are_two_values(rt: Rt) {
    let (service, counter) = service(rt).await;
    get(&service, "/generic").await.is(200, "1 2 1 2");
    assert_eq!(counter.count(), 3);
}

on_every_executor![
    a_request_scoped_value_is_built_once_in_a_request_and_anew_in_the_next,
    requests_at_the_same_time_have_values_of_their_own,
    a_transient_value_is_built_for_each_use,
    a_singleton_is_built_once,
    by_value_use_of_a_shared_value_is_a_clone,
    behaviour_04_two_parameterisations_are_two_values,
    one_value_is_not_lent_twice_to_a_generic_function,
];
