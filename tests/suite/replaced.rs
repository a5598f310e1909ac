//! Which rules hold for what a test puts in the place of a dependency?

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
};

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Log},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    store: Store,
}

pub struct Store(&'static str);

#[provider(singleton)]
fn store() -> Store {
    Store("real")
}

/// Used in all the ways there are.
#[derive(Clone)]
pub struct Conn;

#[provider]
fn conn() -> Result<Conn, Broken> {
    Ok(Conn)
}

#[get("/fresh")]
async fn fresh(conn: Fresh<Conn>) {
    let _ = conn;
}

#[get("/value")]
async fn value(conn: Conn) {
    let _ = conn;
}

#[get("/result")]
async fn result(conn: Result<&Conn, &Broken>) {
    assert!(conn.is_ok());
}

/// Held by what streams.
pub struct Cursor;

#[provider(teardown_after_response = leave)]
fn cursor() -> Cursor {
    Cursor
}

fn leave(_: Cursor, _: &Outcome) {}

#[get("/held")]
async fn held(cursor: Held<Cursor>, audit: &Audit) {
    let _ = (cursor, audit);
}

pub struct Audit;

#[provider]
fn audit() -> Audit {
    Audit
}

#[get("/token")]
async fn token(token: Result<Bearer, Rejection>) {
    assert!(token.is_err());
}

/// Torn down after the response, and so must be what it depends on.
pub struct Later;

#[provider(teardown_after_response = later)]
fn of_base(base: &Base) -> Later {
    let _ = base;
    Later
}

fn later(_: Later, _: &Outcome) {}

pub struct Base;

#[provider]
fn base() -> Base {
    Base
}

#[get("/later")]
async fn outlives(later: &Later) {
    let _ = later;
}

/// Torn down with a singleton that its provider does not take.
pub struct Session;

#[provider(teardown = end)]
fn session(log: &Log) -> Session {
    log.push("begin");
    Session
}

async fn end(_: Session, _: &Outcome, log: &Log, store: &Store) {
    log.push(format_args!("end in the {} store", store.0));
}

#[get("/session")]
async fn in_session(session: &Session, store: &Store) -> &'static str {
    let _ = session;
    store.0
}

thread_local!(static TENANT: Cell<u32> = const { Cell::new(0) });

/// Entered around the handler.
pub struct Tenant(u32);

impl Context for Tenant {
    fn enter(&self, inside: &mut dyn FnMut()) {
        let before = TENANT.replace(self.0);
        inside();
        TENANT.set(before);
    }
}

#[provider]
fn tenant() -> Tenant {
    Tenant(1)
}

#[get("/tenant")]
async fn of_tenant(tenant: &Tenant) -> String {
    format!("{} {}", tenant.0, TENANT.get())
}

/// A guard with a value.
pub struct Limit(u32);

const fn limit(left: u32) -> Limit {
    Limit(left)
}

#[guard]
impl Limit {
    fn check(&self) -> Result<(), StatusCode> {
        if self.0 > 0 { Ok(()) } else { Err(StatusCode::TOO_MANY_REQUESTS) }
    }
}

/// Provided too, beside the value.
#[provider]
fn provided_limit() -> Limit {
    Limit(3)
}

#[get("/counted")]
async fn counted(limit: &mut Limit) -> String {
    limit.0 += 1;
    limit.0.to_string()
}

/// Built for each use.
pub struct Draft;

#[provider(transient)]
fn draft() -> Draft {
    Draft
}

#[get("/draft")]
async fn drafted(draft: Draft) {
    let _ = draft;
}

#[get("/limited")]
async fn limited() -> &'static str {
    "in"
}

static TABLE: Table<App> = table![
    fresh,
    value,
    result,
    held,
    token,
    outlives,
    in_session,
    of_tenant,
    drafted,
    group(guards = [limit(0)], limited, counted)
];

async fn client(rt: Rt) -> TestClient<App> {
    let app = App::builder().log(Log::default()).runtime(rt).build().await.unwrap();
    TestClient::new(app, &TABLE)
}

fn close(_: Conn, _: &Outcome) {}

#[provider(replace, teardown = close)]
fn conn_that_closes() -> Conn {
    Conn
}

#[provider(replace)]
fn conn_of_another_error() -> Result<Conn, StatusCode> {
    Err(StatusCode::IM_A_TEAPOT)
}

fn end_audit(_: Audit, _: &Outcome, cursor: &Cursor) {
    let _ = cursor;
}

#[provider(replace, teardown = end_audit)]
fn audit_of_what_is_held(cursor: &Cursor) -> Audit {
    let _ = cursor;
    Audit
}

#[provider(replace)]
fn token_of_another_error() -> Result<Bearer, StatusCode> {
    Err(StatusCode::IM_A_TEAPOT)
}

#[provider(replace, teardown = leave)]
fn cursor_that_leaves_early() -> Cursor {
    Cursor
}

fn close_draft(_: Draft, _: &Outcome) {}

#[provider(replace, teardown = close_draft)]
fn draft_that_closes() -> Draft {
    Draft
}

fn close_base(_: Base, _: &Outcome) {}

#[provider(replace, teardown = close_base)]
fn base_that_closes_early() -> Base {
    Base
}

#[provider(replace)]
fn base_of_later(later: &Later) -> Base {
    let _ = later;
    Base
}

#[provider(replace)]
fn fake_store() -> Store {
    Store("fake")
}

#[provider(replace)]
fn other_tenant() -> Tenant {
    Tenant(9)
}

#[provider(replace)]
fn base_of_a_request(page: Option<Query<u8>>) -> Base {
    let _ = page;
    Base
}

#[provider(replace)]
fn base_of_a_part(method: &Method) -> Base {
    let _ = method;
    Base
}

#[job]
async fn uses_base(base: &Base) {
    let _ = base;
}

/// What the test is told that replaces by something that does not fit.
fn refused(replace: impl FnOnce() -> TestClient<App>) -> String {
    let panic = catch_unwind(AssertUnwindSafe(replace)).map(drop).expect_err("it does not fit");
    *panic.downcast::<String>().expect("words")
}

async fn a_replacement_keeps_the_rules_that_the_compiler_has_for_its_place(rt: Rt) {
    for (said, replace) in [
        (
            "`conn_that_closes` cannot replace `Conn`: it is handed over as `Fresh`",
            TestClient::replace::<conn_that_closes> as fn(TestClient<App>) -> TestClient<App>,
        ),
        (
            "`conn_of_another_error` cannot replace `Conn`: it fails with `StatusCode`",
            TestClient::replace::<conn_of_another_error>,
        ),
        (
            "`cursor_that_leaves_early` cannot replace `Cursor`: it is held",
            TestClient::replace::<cursor_that_leaves_early>,
        ),
        (
            "`token_of_another_error` cannot replace `Bearer`: it fails with `StatusCode`",
            TestClient::replace::<token_of_another_error>,
        ),
        (
            "`end_audit`, the teardown of `audit_of_what_is_held`, takes `Cursor`, which a handler holds",
            TestClient::replace::<audit_of_what_is_held>,
        ),
        ("`draft_that_closes` cannot replace `Draft`: it is taken by value", TestClient::replace::<draft_that_closes>),
        ("`Later` outlives `Base`", TestClient::replace::<base_that_closes_early>),
        ("dependency cycle: `Later` -> `Base` -> `Later`", TestClient::replace::<base_of_later>),
    ] {
        let client = client(rt.clone()).await;
        let text = refused(|| replace(client));
        assert!(text.starts_with(said) && text.contains("\nhelp: "), "{text}");
    }
}

async fn a_replacement_within_a_job_reads_no_request(rt: Rt) {
    for (takes, replace) in [
        ("Query<u8>", TestClient::replace::<base_of_a_request> as fn(TestClient<App>) -> TestClient<App>),
        ("Method", TestClient::replace::<base_of_a_part>),
    ] {
        let client = client(rt.clone()).await.job::<uses_base>();
        let said = format!("job `uses_base` leads to a replacement that takes `{takes}`, which only a request has\n");
        let text = refused(|| replace(client));
        assert!(text.starts_with(&said), "{text}");
    }
    let client = client(rt).await.provide::<Base>(|| Base);
    client.run::<uses_base>().await.expect("nothing reads a request");
}

async fn a_teardown_finds_the_replacement_of_its_own_singleton(rt: Rt) {
    let client = client(rt).await;
    client.get("/session").await.assert_text("real");
    assert_eq!(client.app().log.take(), ["begin", "end in the real store"]);
    let client = client.replace::<fake_store>();
    client.get("/session").await.assert_text("fake");
    assert_eq!(client.app().log.take(), ["begin", "end in the fake store"]);
    let client = client.provide::<Store>(|| Store("given"));
    client.get("/session").await.assert_text("given");
    assert_eq!(client.app().log.take(), ["begin", "end in the given store"]);
}

async fn the_replacement_of_a_context_is_entered(rt: Rt) {
    let client = client(rt).await;
    client.get("/tenant").await.assert_text("1 1");
    let client = client.provide::<Tenant>(|| Tenant(7));
    client.get("/tenant").await.assert_text("7 7");
    client.replace::<other_tenant>().get("/tenant").await.assert_text("9 9");
}

async fn the_value_of_a_guard_is_replaced(rt: Rt) {
    let client = client(rt).await;
    client.get("/limited").await.assert_status(429);
    let client = client.provide::<Limit>(|| Limit(1));
    client.get("/limited").await.assert_text("in");
    client.get("/counted").await.assert_text("2");
    client.get("/counted").await.assert_text("2");
}

on_every_executor![
    the_value_of_a_guard_is_replaced,
    a_replacement_keeps_the_rules_that_the_compiler_has_for_its_place,
    a_replacement_within_a_job_reads_no_request,
    a_teardown_finds_the_replacement_of_its_own_singleton,
    the_replacement_of_a_context_is_entered,
];
