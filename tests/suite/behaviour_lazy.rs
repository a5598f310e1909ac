//! What is built only when it is awaited? (design: `Lazy`)

use di_server::prelude::*;
use futures_util::{StreamExt as _, stream::FuturesUnordered};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Barrier, Broken, Log, Refused, Signal, at_most, both, from_user, get, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    barrier: Barrier,
    #[container(input)]
    signals: Signals,
}

/// What has begun, and what may end.
#[derive(Clone, Default)]
pub struct Signals {
    begun: Signal,
    end: Signal,
}

async fn app(log: &Log, rt: Rt) -> Application<App> {
    let builder = App::builder().log(log.clone()).barrier(Barrier::new(3)).signals(Signals::default());
    builder.runtime(rt).build().await.expect("nothing fails")
}

#[derive(Debug)]
pub struct Session(usize);

#[provider(teardown = finish)]
async fn session(log: &Log) -> Session {
    pause().await;
    log.push("session");
    Session(0)
}

async fn finish(session: Session, outcome: &Outcome, log: &Log) {
    log.push(format!("finish {}: {outcome:?}", session.0));
}

#[derive(Debug)]
pub struct User(String);

#[provider]
async fn user(token: Bearer, session: &mut Session, log: &Log) -> Result<User, Refused> {
    session.0 += 1;
    pause().await;
    log.push("user");
    if token.token() == "nobody" { Err(Refused(403)) } else { Ok(User(token.token().to_owned())) }
}

#[get("/maybe")]
async fn maybe(wanted: Option<Query<bool>>, user: Lazy<'_, User>) -> String {
    if wanted.is_none() {
        return "not asked for".into();
    }
    let first: &User = user.await;
    let again = user.await;
    assert!(std::ptr::eq(first, again));
    format!("{} {user:?}", first.0)
}

async fn a_lazy_dependency_is_built_when_it_is_awaited_and_torn_down_only_then(rt: Rt) {
    let log = Log::default();
    let service = app(&log, rt).await.service(&TABLE);
    get(&service, "/maybe").await.is(200, "not asked for");
    assert_eq!(log.take(), [""; 0], "not even the token was asked for");
    send(&service, from_user("ada", request("GET", "/maybe?wanted=true"))).await.is(200, "ada Lazy { built: true }");
    assert_eq!(log.take(), ["session", "user", "finish 1: Success(200)"]);
}

#[get("/stops")]
async fn stops(log: &Log, user: Lazy<'_, User>) -> String {
    let local = log.dropping("what the handler has");
    log.push("before");
    let name = user.await.0.clone();
    drop(local);
    log.push("after");
    name
}

async fn what_refuses_while_it_is_awaited_refuses_the_request(rt: Rt) {
    let log = Log::default();
    let service = app(&log, rt).await.service(&TABLE);
    let answer = send(&service, from_user("nobody", request("GET", "/stops"))).await;
    answer.is_status(403);
    let end = ["drop what the handler has", "finish 1: Error(403)"];
    assert_eq!(log.take(), ["before", "session", "user", end[0], end[1]]);
    // What it needs of the request is not there: its provider is not called.
    let answer = get(&service, "/stops").await;
    answer.is_status(401);
    assert!(answer.header("www-authenticate").is_some());
    assert_eq!(log.take().first().map(String::as_str), Some("before"));
}

pub struct Page(u32);

#[provider]
async fn page(limit: Query<u32>) -> Page {
    Page(*limit)
}

#[get("/page")]
async fn paged(page: Lazy<'_, Page>) -> String {
    page.await.0.to_string()
}

async fn an_invalid_input_of_what_is_awaited_is_a_422(rt: Rt) {
    let service = app(&Log::default(), rt).await.service(&TABLE);
    get(&service, "/page?limit=3").await.is(200, "3");
    let answer = get(&service, "/page?limit=x").await;
    answer.is_status(422);
    assert_eq!(answer.invalid().len(), 1);
}

pub struct Side<const N: usize>(usize);

#[provider]
async fn side<const N: usize>(barrier: &Barrier) -> Side<N> {
    barrier.wait().await;
    Side(N)
}

#[get("/sides")]
async fn sides(one: Lazy<'_, Side<1>>, two: Lazy<'_, Side<2>>, three: Lazy<'_, Side<3>>) -> String {
    let (one, (two, three)) = both(one, both(two, three)).await;
    format!("{} {} {}", one.0, two.0, three.0)
}

/// Polls only those that are woken.
#[get("/unordered")]
async fn unordered(one: Lazy<'_, Side<1>>, two: Lazy<'_, Side<2>>, three: Lazy<'_, Side<3>>) -> String {
    let all: FuturesUnordered<_> = FuturesUnordered::new();
    all.push(Box::pin(async move { one.await.0 }) as std::pin::Pin<Box<dyn Future<Output = usize> + Send + '_>>);
    all.push(Box::pin(async move { two.await.0 }));
    all.push(Box::pin(async move { three.await.0 }));
    let sum = all.fold(0, |sum, next| async move { sum + next }).await;
    sum.to_string()
}

async fn those_awaited_at_the_same_time_are_built_at_the_same_time(rt: Rt) {
    let service = app(&Log::default(), rt.clone()).await.service(&TABLE);
    get(&service, "/sides").await.is(200, "1 2 3");
    let service = app(&Log::default(), rt).await.service(&TABLE);
    get(&service, "/unordered").await.is(200, "6");
}

pub struct Left;

#[provider]
async fn left(session: &mut Session, log: &Log) -> Left {
    session.0 += 1;
    log.push("left begins");
    pause().await;
    pause().await;
    log.push("left ends");
    Left
}

pub struct Right(usize);

#[provider(blocking)]
fn right(session: &mut Session, log: &Log) -> Right {
    session.0 += 1;
    log.push("right");
    Right(session.0)
}

#[get("/apart")]
async fn apart(left: Lazy<'_, Left>, right: Lazy<'_, Right>) -> String {
    let (right, _) = both(right, left).await;
    right.0.to_string()
}

async fn what_is_awaited_uses_a_value_exclusively_one_after_the_other(rt: Rt) {
    let log = Log::default();
    let service = app(&log, rt).await.service(&TABLE);
    get(&service, "/apart").await.is(200, "2");
    assert_eq!(log.take(), ["session", "left begins", "left ends", "right", "finish 2: Success(200)"]);
}

/// A provider that asks for one only if it must.
pub struct Greeting(String);

#[provider]
async fn greeting(name: Option<Query<String>>, user: Lazy<'_, User>) -> Greeting {
    match name {
        Some(name) => Greeting(format!("hello {}", name.0)),
        None => Greeting(format!("hello {}", user.await.0)),
    }
}

/// Uses the session too, which the provider may be about to.
#[get("/greeting")]
async fn greet(greeting: &Greeting, beside: &Right) -> String {
    format!("{} {}", greeting.0, beside.0)
}

#[get("/blocking-greeting")]
fn greet_on_the_pool(greeting: &Greeting) -> String {
    greeting.0.clone()
}

async fn a_provider_may_be_lazy_too(rt: Rt) {
    let log = Log::default();
    let service = app(&log, rt).await.service(&TABLE);
    get(&service, "/greeting?name=eve").await.is(200, "hello eve 1");
    assert_eq!(log.take(), ["session", "right", "finish 1: Success(200)"]);
    send(&service, from_user("ada", request("GET", "/greeting"))).await.is(200, "hello ada 2");
    assert_eq!(log.take(), ["session", "user", "right", "finish 2: Success(200)"]);
    let answer = send(&service, from_user("nobody", request("GET", "/greeting"))).await;
    answer.is_status(403);
    assert_eq!(log.take(), ["session", "user", "finish 1: Error(403)"]);
    get(&service, "/greeting").await.is_status(401);
    log.take();
    send(&service, from_user("ada", request("GET", "/blocking-greeting"))).await.is(200, "hello ada");
    get(&service, "/blocking-greeting?name=eve").await.is(200, "hello eve");
}

pub struct Slow;

#[provider]
async fn slow(session: &Session, log: &Log) -> Slow {
    let _ = session;
    let _here = log.dropping("slow, unfinished");
    log.push("slow");
    std::future::pending().await
}

#[get("/given-up")]
async fn given_up(slow: Lazy<'_, Slow>) -> &'static str {
    let built = async {
        slow.await;
        "built"
    };
    let others = async {
        pause().await;
        pause().await;
        "given up"
    };
    futures_lite::future::or(built, others).await
}

#[get("/slow")]
async fn waits(slow: Lazy<'_, Slow>) {
    slow.await;
}

async fn what_was_begun_for_nobody_is_dropped_with_the_request(rt: Rt) {
    let log = Log::default();
    let app = app(&log, rt).await;
    let service = app.service(&TABLE);
    get(&service, "/given-up").await.is(200, "given up");
    assert_eq!(log.take(), ["session", "slow", "drop slow, unfinished", "finish 0: Success(200)"]);
    assert!(at_most(2, get(&service, "/slow")).await.is_none(), "the client goes away");
    app.idle().await;
    assert_eq!(log.take(), ["session", "slow", "drop slow, unfinished", "finish 0: Cancelled"]);
}

pub struct OnThePool;

#[provider(blocking)]
fn on_the_pool(session: &Session, signals: &Signals, log: &Log) -> OnThePool {
    let _ = session;
    log.push("on the pool");
    signals.begun.set();
    signals.end.block();
    log.push("back");
    OnThePool
}

#[get("/leaves")]
async fn leaves(session: &Session, pool: Lazy<'_, OnThePool>, log: &Log, signals: &Signals) {
    let _ = session;
    let built = async {
        pool.await;
    };
    futures_lite::future::or(built, signals.begun.wait()).await;
    log.push("gone");
    signals.end.set();
}

async fn what_is_on_the_pool_is_awaited_before_anything_is_torn_down(rt: Rt) {
    let log = Log::default();
    let service = app(&log, rt).await.service(&TABLE);
    get(&service, "/leaves").await.is_status(200);
    assert_eq!(log.take(), ["session", "on the pool", "gone", "back", "finish 0: Success(200)"]);
}

/// Writes into the session, slowly.
pub struct Written;

#[provider]
async fn written(session: &mut Session, log: &Log) -> Written {
    let _here = log.dropping("written");
    log.push("writing");
    for _ in 0..8 {
        pause().await;
    }
    session.0 += 10;
    Written
}

pub struct Impatient;

#[provider]
async fn impatient(written: Lazy<'_, Written>) -> Impatient {
    let built = async {
        written.await;
    };
    let gone = async {
        for _ in 0..5 {
            pause().await;
        }
    };
    futures_lite::future::or(built, gone).await;
    Impatient
}

#[get("/impatient")]
async fn after_the_impatient(_gone: &Impatient, session: &mut Session, log: &Log) -> String {
    log.push("handler");
    let before = session.0;
    for _ in 0..12 {
        pause().await;
    }
    format!("{before} {}", session.0)
}

#[get("/patient")]
async fn after_the_impatient_once_more(_gone: &Impatient, written: Lazy<'_, Written>) {
    written.await;
}

/// What a function has begun that has ended is not under way beside those who come after it.
async fn what_was_begun_ends_with_the_function_that_waited_for_it(rt: Rt) {
    let log = Log::default();
    let service = app(&log, rt).await.service(&TABLE);
    get(&service, "/impatient").await.is(200, "0 0");
    assert_eq!(log.take(), ["session", "writing", "drop written", "handler", "finish 0: Success(200)"]);
    get(&service, "/patient").await.is_status(200);
    let begun = ["writing", "drop written"];
    let anew = [begun[0], begun[1], "finish 10: Success(200)"];
    assert_eq!(log.take(), [["session"].as_slice(), &begun, &anew].concat());
}

/// Writes into the session on the pool; fails where the test has said so before.
pub struct WrittenOnThePool;

#[provider(blocking)]
fn written_on_the_pool(
    session: &mut Session,
    signals: &Signals,
    fails: Option<Query<bool>>,
) -> Result<WrittenOnThePool, Broken> {
    signals.begun.set();
    signals.end.block();
    std::thread::yield_now();
    session.0 += 10;
    if fails.is_some() { Err(Broken) } else { Ok(WrittenOnThePool) }
}

pub struct Leaving;

#[provider]
async fn leaving(written: Lazy<'_, WrittenOnThePool>, signals: &Signals) -> Leaving {
    let built = async {
        written.await;
    };
    futures_lite::future::or(built, signals.begun.wait()).await;
    signals.end.set();
    Leaving
}

pub struct Total(usize);

#[provider]
async fn total(_gone: &Leaving, session: &mut Session) -> Total {
    let before = session.0;
    for _ in 0..12 {
        pause().await;
    }
    assert_eq!(before, session.0);
    Total(before)
}

#[get("/total")]
async fn totals(total: &Total) -> String {
    total.0.to_string()
}

async fn what_is_on_the_pool_is_awaited_before_others_use_what_it_uses(rt: Rt) {
    let log = Log::default();
    let service = app(&log, rt.clone()).await.service(&TABLE);
    get(&service, "/total").await.is(200, "10");
    // Nobody is left to be told of the failure.
    let service = app(&log, rt).await.service(&TABLE);
    get(&service, "/total?fails=true").await.is(200, "10");
}

pub struct Panics;

#[provider]
async fn panics(session: &Session) -> Panics {
    let _ = session;
    pause().await;
    panic!("on purpose")
}

#[get("/panics")]
async fn panicking(panics: Lazy<'_, Panics>) {
    panics.await;
}

pub struct Fails;

#[provider]
async fn fails(session: &Session) -> Result<Fails, Broken> {
    let _ = session;
    pause().await;
    Err(Broken)
}

#[get("/fails")]
async fn failing(fails: Lazy<'_, Fails>) {
    fails.await;
}

async fn a_panic_and_an_error_in_what_is_awaited_are_answered_and_torn_down(rt: Rt) {
    let log = Log::default();
    let service = app(&log, rt).await.service(&TABLE);
    get(&service, "/panics").await.is_status(500);
    assert_eq!(log.take(), ["session", "finish 0: Panic"]);
    get(&service, "/fails").await.is_status(500);
    assert_eq!(log.take(), ["session", "finish 0: Error(500)"]);
}

/// It is built anyway, so that there is nothing to wait for.
#[get("/both")]
async fn shared(user: &User, lazy: Lazy<'_, User>) -> String {
    let lazily = at_most(1, lazy).await.expect("it is there");
    assert!(std::ptr::eq(user, lazily));
    user.0.clone()
}

async fn a_value_that_is_needed_anyway_is_there_at_once(rt: Rt) {
    let log = Log::default();
    let service = app(&log, rt).await.service(&TABLE);
    send(&service, from_user("ada", request("GET", "/both"))).await.is(200, "ada");
    assert_eq!(log.take(), ["session", "user", "finish 1: Success(200)"]);
}

#[job]
async fn nightly(left: Lazy<'_, Left>, session: Lazy<'_, Right>) -> usize {
    left.await;
    session.await.0
}

async fn a_job_may_be_lazy_too(rt: Rt) {
    let log = Log::default();
    assert_eq!(app(&log, rt).await.run::<nightly>().await.expect("nothing fails"), 2);
}

struct Number(u8);

/// Takes something by value, which is gone when this is begun for nobody.
#[provider]
async fn number(number: Query<u8>, copy: Fresh<Copied>) -> Number {
    pause().await;
    pause().await;
    Number(*number + copy.0.0)
}

struct Copied(u8);

#[provider]
fn copied() -> Copied {
    Copied(1)
}

struct Looked;

#[provider]
async fn looked(number: Lazy<'_, Number>) -> Looked {
    assert!(at_most(1, number).await.is_none(), "it takes longer");
    Looked
}

#[get("/again")]
async fn again(absent: Option<Query<u16>>, _looked: &Looked, number: Lazy<'_, Number>) -> String {
    assert!(absent.is_none());
    number.await.0.to_string()
}

async fn what_was_begun_for_nobody_begins_anew_with_what_it_takes_by_value(rt: Rt) {
    let service = app(&Log::default(), rt).await.service(&TABLE);
    send(&service, request("GET", "/again?number=5")).await.is(200, "6");
}

pub struct Scratch(u32);

#[provider(transient)]
async fn scratch() -> Scratch {
    pause().await;
    Scratch(0)
}

/// Has values of its own: one that is transient, and a fresh one of what is shared.
pub struct Sum(u32);

#[provider]
async fn sum(scratch: &mut Scratch, counter: Fresh<Counter>) -> Sum {
    scratch.0 += 1;
    pause().await;
    Sum(scratch.0 + counter.0.0)
}

pub struct Counter(u32);

#[provider]
fn counter() -> Counter {
    Counter(10)
}

#[get("/own")]
async fn has_its_own(scratch: &mut Scratch, counter: &mut Counter, sum: Lazy<'_, Sum>) -> String {
    scratch.0 += 100;
    counter.0 += 1000;
    let sum = sum.await.0;
    format!("{} {} {sum}", scratch.0, counter.0)
}

async fn what_is_awaited_may_have_values_of_its_own(rt: Rt) {
    let service = app(&Log::default(), rt).await.service(&TABLE);
    get(&service, "/own").await.is(200, "100 1010 11");
}

static TABLE: Table<App> = table![
    has_its_own,
    again,
    maybe,
    stops,
    paged,
    sides,
    unordered,
    apart,
    greet,
    greet_on_the_pool,
    given_up,
    waits,
    leaves,
    after_the_impatient,
    after_the_impatient_once_more,
    totals,
    panicking,
    failing,
    shared
];

on_every_executor![
    a_lazy_dependency_is_built_when_it_is_awaited_and_torn_down_only_then,
    what_refuses_while_it_is_awaited_refuses_the_request,
    an_invalid_input_of_what_is_awaited_is_a_422,
    those_awaited_at_the_same_time_are_built_at_the_same_time,
    what_is_awaited_uses_a_value_exclusively_one_after_the_other,
    what_is_awaited_may_have_values_of_its_own,
    a_provider_may_be_lazy_too,
    what_was_begun_for_nobody_is_dropped_with_the_request,
    what_is_on_the_pool_is_awaited_before_anything_is_torn_down,
    what_was_begun_ends_with_the_function_that_waited_for_it,
    what_is_on_the_pool_is_awaited_before_others_use_what_it_uses,
    a_panic_and_an_error_in_what_is_awaited_are_answered_and_torn_down,
    a_value_that_is_needed_anyway_is_there_at_once,
    a_job_may_be_lazy_too,
    what_was_begun_for_nobody_begins_anew_with_what_it_takes_by_value,
];
