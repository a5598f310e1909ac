//! What does a teardown see, when does it run, and what may it change?

use std::{
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use di_server::{Service, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Log, Refused, get, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    store: Store,
}

/// A store with transactions.
#[derive(Default)]
pub struct Store(Mutex<Vec<u32>>);

impl Store {
    fn rows(&self) -> Vec<u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub struct Transaction(Vec<u32>);

#[provider(teardown = finish)]
async fn transaction() -> Result<Transaction, Broken> {
    pause().await;
    Ok(Transaction(Vec::new()))
}

/// Takes a singleton that its provider did not take.
async fn finish(transaction: Transaction, outcome: &Outcome, store: &Store) -> Result<(), Refused> {
    pause().await;
    if !outcome.is_success() {
        return Ok(());
    }
    if transaction.0.contains(&13) {
        return Err(Refused(503));
    }
    store.0.lock().unwrap_or_else(PoisonError::into_inner).extend(transaction.0);
    Ok(())
}

#[post("/rows/{row}")]
async fn insert(transaction: &mut Transaction, row: Path<u32>) -> Result<(StatusCode, &'static str), Refused> {
    transaction.0.push(*row);
    if *row == 0 { Err(Refused(422)) } else { Ok((StatusCode::CREATED, "inserted")) }
}

async fn behaviour_13_a_transaction_is_committed_before_the_response_and_rolled_back_on_an_error(rt: Rt) {
    let (app, service, _) = start(rt, Settings::default()).await;
    send(&service, request("POST", "/rows/7")).await.is(201, "inserted");
    assert_eq!(app.store.rows(), [7]);
    send(&service, request("POST", "/rows/0")).await.is_status(422);
    assert_eq!(app.store.rows(), [7]);
    // A commit that fails is what the client learns.
    send(&service, request("POST", "/rows/13")).await.is_status(503);
    assert_eq!(app.store.rows(), [7]);
}

/// A value whose teardown is logged; `N` tells what it does.
pub struct Value<const N: u8>(Log);

const FINE: u8 = 0;
const FAILS: u8 = 1;
const PANICS: u8 = 2;
const HANGS: u8 = 3;
const FAILS_OPAQUELY: u8 = 4;
const LAST: u8 = 5;

#[provider(teardown = tear_down)]
fn value<const N: u8>(log: &Log) -> Value<N> {
    Value(log.clone())
}

async fn tear_down<const N: u8>(value: Value<N>, outcome: &Outcome) -> Result<(), Refused> {
    value.0.push(format_args!("{N} {outcome:?}"));
    pause().await;
    match N {
        FAILS => Err(Refused(507)),
        PANICS => panic!("on purpose"),
        HANGS => std::future::pending().await,
        _ => Ok(()),
    }
}

/// A plain teardown, whose error is no response.
pub struct Opaque(Log);

#[provider(teardown = tear_down_opaquely)]
async fn opaque(log: &Log) -> Opaque {
    Opaque(log.clone())
}

fn tear_down_opaquely(value: Opaque, outcome: &Outcome) -> Result<(), Broken> {
    value.0.push(format_args!("{FAILS_OPAQUELY} {outcome:?}"));
    Err(Broken)
}

/// A teardown whose error has no status of its own.
pub struct Untold(Log);

#[provider(teardown = tear_down_untold)]
async fn untold(log: &Log) -> Untold {
    Untold(log.clone())
}

async fn tear_down_untold(value: Untold, outcome: &Outcome) -> Result<(), &'static str> {
    value.0.push(format_args!("untold {outcome:?}"));
    Err("not committed")
}

#[get("/untold")]
async fn handler_untold(a: &Value<FINE>, b: &Untold) -> &'static str {
    let _ = (a, b);
    "fine"
}

#[get("/fine")]
async fn fine(a: &Value<FINE>, b: &Value<LAST>) -> &'static str {
    let _ = (a, b);
    "fine"
}

#[get("/error")]
async fn handler_fails(a: &Value<FINE>, b: &Value<LAST>) -> Result<(), Broken> {
    let _ = (a, b);
    Err(Broken)
}

#[get("/redirect")]
async fn handler_redirects(a: &Value<FINE>) -> StatusCode {
    let _ = a;
    StatusCode::SEE_OTHER
}

#[get("/turned-away")]
async fn handler_turns_away(a: &Value<FINE>) -> Result<(), Redirect> {
    let _ = a;
    Err(Redirect::to("/login"))
}

/// A `Result` by another name is one.
type Answered<T> = Result<T, Redirect>;

#[get("/turned-away/alias")]
async fn handler_turns_away_by_alias(a: &Value<FINE>) -> Answered<&'static str> {
    let _ = a;
    Err(Redirect::to("/login"))
}

#[get("/turned-away/unnamed")]
fn handler_turns_away_unnamed(a: &Value<FINE>) -> impl IntoResponse {
    let _ = a;
    Err::<&str, _>(Redirect::to("/login"))
}

#[get("/panic")]
async fn handler_panics(a: &Value<FINE>, b: &Value<LAST>) {
    let _ = (a, b);
    pause().await;
    panic!("on purpose");
}

#[get("/fails")]
async fn one_fails(a: &Value<FINE>, b: &Value<FAILS>, c: &Value<LAST>) {
    let _ = (a, b, c);
}

#[get("/opaque")]
async fn one_fails_opaquely(a: &Value<FINE>, b: &Opaque, c: &Value<LAST>) -> &'static str {
    let _ = (a, b, c);
    "not seen"
}

#[get("/panics")]
async fn one_panics(a: &Value<FINE>, b: &Value<PANICS>, c: &Value<LAST>) {
    let _ = (a, b, c);
}

#[get("/hangs")]
async fn one_hangs(a: &Value<FINE>, b: &Value<HANGS>, c: &Value<LAST>) {
    let _ = (a, b, c);
}

#[get("/two")]
async fn two_fail(a: &Value<FAILS>, b: &Opaque, c: &Value<LAST>) {
    let _ = (a, b, c);
}

#[get("/error-twice")]
async fn handler_and_teardown_fail(a: &Value<FINE>, b: &Value<FAILS>) -> Refused {
    let _ = (a, b);
    Refused(409)
}

async fn behaviour_11_teardowns_run_in_reverse_and_see_how_the_request_ended(rt: Rt) {
    let (_, service, log) = start(rt, Settings::default()).await;
    for (path, status, events) in [
        ("/fine", 200, &["5 Success(200)", "0 Success(200)"][..]),
        ("/error", 500, &["5 Error(500)", "0 Error(500)"]),
        ("/redirect", 303, &["0 Success(303)"]),
        ("/turned-away", 303, &["0 Error(303)"]),
        ("/turned-away/alias", 303, &["0 Error(303)"]),
        ("/turned-away/unnamed", 303, &["0 Error(303)"]),
        ("/panic", 500, &["5 Panic", "0 Panic"]),
    ] {
        get(&service, path).await.is_status(status);
        assert_eq!(log.take(), events, "{path}");
    }
}

async fn behaviour_14_a_teardown_that_goes_wrong_is_the_response_and_stops_no_other(rt: Rt) {
    let (_, service, log) = start(rt, Settings::default().teardown_deadline(Duration::from_millis(10))).await;
    for (path, status, events) in [
        ("/fails", 507, &["5 Success(200)", "1 Success(200)", "0 Error(507)"][..]),
        ("/untold", 500, &["untold Success(200)", "0 Error(500)"]),
        ("/opaque", 500, &["5 Success(200)", "4 Success(200)", "0 Error(500)"]),
        ("/panics", 500, &["5 Success(200)", "2 Success(200)", "0 Panic"]),
        ("/hangs", 500, &["5 Success(200)", "3 Success(200)", "0 Error(500)"]),
        ("/two", 500, &["5 Success(200)", "4 Success(200)", "1 Error(500)"]),
        ("/error-twice", 409, &["1 Error(409)", "0 Error(409)"]),
    ] {
        get(&service, path).await.is_status(status);
        assert_eq!(log.take(), events, "{path}");
    }
    assert!(!get(&service, "/opaque").await.body.contains("not seen"));
}

/// Needs the other, and is torn down while the other is alive.
pub struct Inner(Log);
pub struct Outer;

#[provider(teardown = end_inner)]
fn inner(log: &Log) -> Inner {
    Inner(log.clone())
}

fn end_inner(inner: Inner, outcome: &Outcome) {
    inner.0.push(format_args!("inner {outcome:?}"));
}

#[provider(teardown = end_outer)]
async fn outer(inner: &mut Inner) -> Outer {
    inner.0.push("outer built");
    Outer
}

async fn end_outer(outer: Outer, outcome: &Outcome, inner: &Inner) {
    let _ = outer;
    pause().await;
    inner.0.push(format_args!("outer {outcome:?}"));
}

pub struct Refusing;

#[provider]
async fn refusing(outer: &Outer) -> Result<Refusing, Refused> {
    let _ = outer;
    pause().await;
    Err(Refused(403))
}

#[get("/needs")]
async fn needs(outer: &Outer, log: &Log) -> &'static str {
    let _ = outer;
    log.push("handler");
    "ok"
}

#[get("/needs/refused")]
async fn needs_refused(outer: &Outer, refusing: &Refusing, limit: Query<u32>) {
    let _ = (outer, refusing, limit);
}

#[get("/needs/invalid")]
async fn needs_invalid(outer: &Outer, limit: Query<u32>) {
    let _ = (outer, limit);
}

async fn behaviour_12_what_needs_a_value_is_torn_down_while_that_is_alive(rt: Rt) {
    let (_, service, log) = start(rt, Settings::default()).await;
    get(&service, "/needs").await.is_status(200);
    assert_eq!(log.take(), ["outer built", "handler", "outer Success(200)", "inner Success(200)"]);
    get(&service, "/needs/refused").await.is_status(403);
    assert_eq!(log.take(), ["outer built", "outer Error(403)", "inner Error(403)"]);
    get(&service, "/needs/invalid").await.is_status(422);
    assert_eq!(log.take(), ["outer built", "outer Error(422)", "inner Error(422)"]);
}

/// Panics when dropped: without a teardown, drops are all there is.
pub struct Touchy(Log);

impl Drop for Touchy {
    fn drop(&mut self) {
        self.0.push("touchy");
        panic!("on purpose");
    }
}

#[provider]
fn touchy(log: &Log) -> Touchy {
    Touchy(log.clone())
}

#[get("/touchy")]
async fn with_touchy(log: &Log, first: &Value<FINE>, touchy: &Touchy, last: &Inner) -> &'static str {
    let _ = (log, first, touchy, last);
    "ok"
}

async fn a_drop_that_panics_keeps_no_other_from_running(rt: Rt) {
    let (_, service, log) = start(rt, Settings::default()).await;
    get(&service, "/touchy").await.is(200, "ok");
    assert_eq!(log.take(), ["inner Success(200)", "0 Success(200)", "touchy"]);
}

/// Says when it is dropped.
struct Told(Log);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.push("dropped");
    }
}

impl Future for Told {
    type Output = Brittle;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Brittle> {
        Poll::Ready(Brittle)
    }
}

struct Brittle;

impl IntoResponse for Brittle {
    fn into_response(self) -> Response {
        panic!("on purpose")
    }
}

#[get("/brittle")]
fn brittle(log: &Log) -> impl Future<Output = Brittle> + Send + use<> {
    Told(log.clone())
}

async fn a_future_whose_output_panics_as_a_response_is_dropped_once(rt: Rt) {
    let (_, service, log) = start(rt, Settings::default()).await;
    get(&service, "/brittle").await.is_status(500);
    assert_eq!(log.take(), ["dropped"]);
}

static TABLE: Table<App> = table![
    insert,
    handler_untold,
    fine,
    handler_fails,
    handler_redirects,
    handler_turns_away_by_alias,
    handler_turns_away_unnamed,
    handler_turns_away,
    handler_panics,
    one_fails,
    one_fails_opaquely,
    one_panics,
    one_hangs,
    two_fail,
    handler_and_teardown_fail,
    needs,
    needs_refused,
    needs_invalid,
    with_touchy,
    brittle,
];

async fn start(rt: Rt, settings: Settings) -> (Application<App>, Service, Log) {
    let log = Log::default();
    let builder = App::builder().log(log.clone()).store(Store::default());
    let app = builder.settings(settings).runtime(rt).build().await.expect("nothing is built");
    let service = app.service(&TABLE);
    (app, service, log)
}

on_every_executor![
    behaviour_13_a_transaction_is_committed_before_the_response_and_rolled_back_on_an_error,
    behaviour_11_teardowns_run_in_reverse_and_see_how_the_request_ended,
    behaviour_14_a_teardown_that_goes_wrong_is_the_response_and_stops_no_other,
    behaviour_12_what_needs_a_value_is_torn_down_while_that_is_alive,
    a_drop_that_panics_keeps_no_other_from_running,
    a_future_whose_output_panics_as_a_response_is_dropped_once,
];
