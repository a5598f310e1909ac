//! What do those that ask for a dependency get?

use std::{marker::PhantomData, ptr};

use di_server::{Service, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Counter, Log, both, get, json, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    counter: Counter,
    #[container(input)]
    log: Log,
}

/// Built once in a request; tells where it lies.
pub struct Count(usize);

#[provider]
async fn count(counter: &Counter) -> Count {
    pause().await;
    Count(counter.next())
}

/// Which value somebody was given: its number and its address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seen(usize, usize);

impl Seen {
    fn of(count: &Count) -> Self {
        Self(count.0, ptr::from_ref(count).addr())
    }
}

pub struct ByAsync(Seen);

#[provider]
async fn by_async(count: &Count) -> ByAsync {
    pause().await;
    ByAsync(Seen::of(count))
}

pub struct ByPlain(Seen);

#[provider]
fn by_plain(count: &Count) -> ByPlain {
    ByPlain(Seen::of(count))
}

pub struct ByBlocking(Seen);

#[provider(blocking)]
fn by_blocking(count: &Count) -> ByBlocking {
    ByBlocking(Seen::of(count))
}

/// Takes it exclusively, and it is still the same.
pub struct ByExclusive(Seen);

#[provider]
fn by_exclusive(count: &mut Count) -> ByExclusive {
    ByExclusive(Seen::of(count))
}

/// Made for each use, from the one value.
pub struct ByTransient(Seen);

#[provider(transient)]
fn by_transient(count: &Count) -> ByTransient {
    ByTransient(Seen::of(count))
}

pub struct ByGeneric<T>(Seen, PhantomData<T>);

#[provider]
fn by_generic<T: Send + Sync + 'static>(count: &Count) -> ByGeneric<T> {
    ByGeneric(Seen::of(count), PhantomData)
}

/// Two levels away.
pub struct ByTwo(Seen, Seen);

#[provider]
fn by_two(by_async: &ByAsync, count: Option<&Count>) -> ByTwo {
    ByTwo(by_async.0, count.map_or(Seen(0, 0), Seen::of))
}

/// As a guard, which has it first.
pub struct Guard(Seen);

#[provider]
fn guard(count: &Count) -> Guard {
    Guard(Seen::of(count))
}

#[get("/count")]
async fn counted(
    count: &Count,
    a: &ByAsync,
    b: &ByPlain,
    c: &ByBlocking,
    d: &ByExclusive,
    e: ByTransient,
    f: &ByGeneric<u8>,
    g: &ByGeneric<u16>,
    h: &ByTwo,
    guard: &Guard,
) -> String {
    let mine = Seen::of(count);
    let others = [a.0, b.0, c.0, d.0, e.0, f.0, g.0, h.0, h.1, guard.0];
    format!("{} {}", count.0, others.iter().filter(|&&other| other == mine).count())
}

#[get("/count-blocking")]
fn counted_blocking(count: &Count, by_async: &ByAsync, guard: &Guard) -> String {
    let mine = Seen::of(count);
    format!("{} {}", count.0, u8::from(by_async.0 == mine) + u8::from(guard.0 == mine))
}

async fn behaviour_01_a_request_scoped_provider_runs_once_in_a_request_and_anew_in_the_next(rt: Rt) {
    let (service, counter, _) = service(rt).await;
    for request in 0..3 {
        get(&service, "/count").await.is(200, &format!("{request} 10"));
    }
    get(&service, "/count-blocking").await.is(200, "3 2");
    assert_eq!(counter.count(), 4);
}

async fn behaviour_01_requests_at_the_same_time_share_nothing(rt: Rt) {
    let (service, counter, _) = service(rt).await;
    let (a, b) = both(get(&service, "/count"), get(&service, "/count")).await;
    let mut bodies = [a.body, b.body];
    bodies.sort();
    assert_eq!(bodies, ["0 10", "1 10"]);
    assert_eq!(counter.count(), 2);
}

/// The values of one set of inputs, whoever declares it.
fn show(q: Option<Query<String>>, page: Query<Page>, limit: Option<Query<u8>>, x_tag: Option<Header<i16>>) -> String {
    let (q, limit, tag) = (q.map(|q| q.0), limit.map(|limit| limit.0), x_tag.map(|tag| tag.0));
    format!("{q:?} {} {:?} {limit:?} {tag:?}", page.skip, page.until)
}

/// One field with a default, one that may be absent.
#[derive(serde::Deserialize)]
pub struct Page {
    #[serde(default = "ten")]
    skip: u32,
    until: Option<u32>,
}

fn ten() -> u32 {
    10
}

#[get("/inputs/handler")]
async fn inputs_of_handler(
    q: Option<Query<String>>,
    page: Query<Page>,
    limit: Option<Query<u8>>,
    x_tag: Option<Header<i16>>,
) -> String {
    show(q, page, limit, x_tag)
}

#[get("/inputs/blocking-handler")]
fn inputs_of_blocking_handler(
    q: Option<Query<String>>,
    page: Query<Page>,
    limit: Option<Query<u8>>,
    x_tag: Option<Header<i16>>,
) -> String {
    show(q, page, limit, x_tag)
}

/// Makes a provider with the inputs above, and a handler that shows what it read.
macro_rules! inputs {
    ($name:ident: $path:literal, [$($option:ident)?] $($async:ident)?) => {
        pub mod $name {
            use super::*;

            pub struct Inputs(String);

            #[provider($($option)?)]
            $($async)? fn inputs(
                q: Option<Query<String>>,
                page: Query<Page>,
                limit: Option<Query<u8>>,
                x_tag: Option<Header<i16>>,
            ) -> Inputs {
                Inputs(show(q, page, limit, x_tag))
            }

            /// Somebody between the inputs and the handler.
            pub struct Behind(String);

            #[provider(transient)]
            fn behind(inputs: &Inputs) -> Behind {
                Behind(inputs.0.clone())
            }

            #[get($path)]
            pub async fn handler(behind: Behind, inputs: &Inputs) -> String {
                assert_eq!(behind.0, inputs.0);
                behind.0
            }
        }
    };
}

inputs!(plain: "/inputs/plain", []);
inputs!(asynchronous: "/inputs/async", [] async);
inputs!(blocking: "/inputs/blocking", [blocking]);

#[derive(Provider)]
pub struct Derived {
    q: Option<Query<String>>,
    page: Query<Page>,
    limit: Option<Query<u8>>,
    x_tag: Option<Header<i16>>,
}

#[get("/inputs/derived")]
async fn inputs_of_derived(inputs: Derived) -> String {
    show(inputs.q, inputs.page, inputs.limit, inputs.x_tag)
}

async fn behaviour_03_a_provider_s_inputs_are_the_request_s_inputs(rt: Rt) {
    let (service, ..) = service(rt).await;
    let routes = ["handler", "blocking-handler", "plain", "async", "blocking", "derived"];
    for (query, tag, status, body) in [
        ("", None, 200, "None 10 None None None"),
        ("?q=a%20b&skip=3&until=4&limit=5", Some("-6"), 200, "Some(\"a b\") 3 Some(4) Some(5) Some(-6)"),
        ("?q=&other=1", None, 200, "Some(\"\") 10 None None None"),
        ("?skip=x", None, 422, "skip"),
        ("?limit=256&until=", Some("much"), 422, "until limit x-tag"),
    ] {
        for route in routes {
            let mut request = request("GET", &format!("/inputs/{route}{query}"));
            request.headers_mut().extend(tag.map(|tag| (HeaderName::from_static("x-tag"), tag.parse().unwrap())));
            let answer = send(&service, request).await;
            answer.is_status(status);
            let told = if status == 200 { answer.body.clone() } else { answer.invalid().join(" ") };
            assert_eq!(told, body, "{route} with {query} and {tag:?}");
        }
    }
}

/// What a parameterisation fixes, when the application is built.
pub trait Word: Send + Sync + 'static {
    const WORD: &'static str;
}
pub struct Red;
pub struct Blue;
impl Word for Red {
    const WORD: &'static str = "red";
}
impl Word for Blue {
    const WORD: &'static str = "blue";
}

/// Whether the query has the word: decided anew in each request.
pub struct Contains<W, const TIMES: usize = 1>(bool, PhantomData<W>);

#[provider]
async fn contains<W: Word, const TIMES: usize>(q: Option<Query<String>>, counter: &Counter) -> Contains<W, TIMES> {
    pause().await;
    counter.next();
    Contains(q.is_some_and(|q| q.matches(W::WORD).count() >= TIMES), PhantomData)
}

/// A generic one that needs a generic one.
pub struct Lacks<W>(bool, PhantomData<W>);

#[provider]
fn lacks<W: Word>(contains: &Contains<W>) -> Lacks<W> {
    Lacks(!contains.0, PhantomData)
}

#[get("/words")]
async fn words(
    red: &Contains<Red>,
    blue: &Contains<Blue>,
    red_twice: &Contains<Red, 2>,
    lacks: &Lacks<Red>,
    again: &Contains<Red, 1>,
) -> String {
    format!("{} {} {} {} {}", red.0, blue.0, red_twice.0, lacks.0, again.0)
}

/// A guard, parameterised; two of them on one group.
pub struct Must<W>(PhantomData<W>);

#[provider]
fn must<W: Word>(contains: &Contains<W>) -> Result<Must<W>, (StatusCode, &'static str)> {
    if contains.0 { Ok(Must(PhantomData)) } else { Err((StatusCode::FORBIDDEN, W::WORD)) }
}

#[get("/guarded")]
async fn guarded(blue: &Contains<Blue>) -> String {
    blue.0.to_string()
}

async fn behaviour_04_a_generic_provider_is_called_per_request_for_each_parameterisation(rt: Rt) {
    let (service, counter, _) = service(rt).await;
    for (query, body) in [
        ("", "false false false true false"),
        ("?q=bluered", "true true false false true"),
        ("?q=red-red", "true false true false true"),
        ("?q=blue", "false true false true false"),
    ] {
        let before = counter.count();
        get(&service, &format!("/words{query}")).await.is(200, body);
        assert_eq!(counter.count() - before, 3, "one for each of three parameterisations");
    }
}

async fn behaviour_04_a_parameterised_guard_is_one_of_its_own(rt: Rt) {
    let (service, counter, _) = service(rt).await;
    get(&service, "/both/guarded?q=bluered").await.is(200, "true");
    assert_eq!(counter.count(), 2, "what a guard has looked at is not looked at again");
    get(&service, "/both/guarded?q=red").await.is(403, "blue");
    get(&service, "/both/guarded?q=blue").await.is(403, "red");
}

/// The body, parsed once for all that ask.
pub struct Order(Vec<u32>);

#[provider]
fn order(body: Json<Vec<u32>>, log: &Log) -> Order {
    log.push("parsed");
    Order(body.0)
}

pub struct Total(u32);

#[provider]
async fn total(order: &Order) -> Total {
    Total(order.0.iter().sum())
}

/// A guard that looks at the body too.
pub struct NotEmpty;

#[provider]
fn not_empty(order: &Order) -> Result<NotEmpty, StatusCode> {
    if order.0.is_empty() { Err(StatusCode::CONFLICT) } else { Ok(NotEmpty) }
}

#[post("/orders")]
async fn place(order: &Order, total: &Total) -> String {
    format!("{} {}", order.0.len(), total.0)
}

/// ≠ FastAPI, where two that declare the same body model each parse it: a compile error (`tests/ui`), unless the body is
/// a provided value that all share.
async fn behaviour_07_a_body_that_is_a_provided_value_is_read_once_for_all(rt: Rt) {
    let (service, _, log) = service(rt).await;
    send(&service, json("POST", "/checked/orders", "[1, 2, 3]")).await.is(200, "3 6");
    assert_eq!(log.take(), ["parsed"]);
    send(&service, json("POST", "/checked/orders", "[]")).await.is_status(409);
    assert_eq!(log.take(), ["parsed"]);
    // Told once, though three ask for it.
    let answer = send(&service, json("POST", "/checked/orders", "[1, true]")).await;
    assert_eq!(answer.invalid().len(), 1, "{}", answer.body);
    assert!(log.take().is_empty());
}

static TABLE: Table<App> = table![
    group(guards = [Guard], counted, counted_blocking),
    inputs_of_handler,
    inputs_of_blocking_handler,
    plain::handler,
    asynchronous::handler,
    blocking::handler,
    inputs_of_derived,
    words,
    group("/both", guards = [Must<Red>, Must<Blue>], guarded),
    group("/checked", guards = [NotEmpty], place),
];

async fn service(rt: Rt) -> (Service, Counter, Log) {
    let (counter, log) = (Counter::default(), Log::default());
    let builder = App::builder().counter(counter.clone()).log(log.clone());
    let app = builder.runtime(rt).build().await.expect("nothing is built");
    (app.service(&TABLE), counter, log)
}

on_every_executor![
    behaviour_01_a_request_scoped_provider_runs_once_in_a_request_and_anew_in_the_next,
    behaviour_01_requests_at_the_same_time_share_nothing,
    behaviour_03_a_provider_s_inputs_are_the_request_s_inputs,
    behaviour_04_a_generic_provider_is_called_per_request_for_each_parameterisation,
    behaviour_04_a_parameterised_guard_is_one_of_its_own,
    behaviour_07_a_body_that_is_a_provided_value_is_read_once_for_all,
];
