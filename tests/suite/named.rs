//! How are several values of one type told apart?

use std::{convert::Infallible, sync::Arc};

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Counter, Log, Refused, pause},
};

/// What there are several of.
#[derive(Clone)]
pub struct Pool(String);

pub struct Replica;
pub struct Archive;
/// A name with parameters.
pub struct Shard<const N: usize>;

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    counter: Counter,
    primary: Pool,
    #[container(name = Replica)]
    replica: Pool,
    #[container(input, name = Archive)]
    archive: Pool,
    #[container(name = greeter)]
    greeter: Arc<dyn Greet>,
}

#[provider(singleton)]
fn primary() -> Pool {
    Pool("primary".to_owned())
}

#[provider(singleton, name = Replica)]
async fn replica(primary: &Pool, #[named(Archive)] archive: &Pool) -> Result<Pool, Infallible> {
    pause().await;
    Ok(Pool(format!("replica of {} and {}", primary.0, archive.0)))
}

#[provider(name = Shard<N>)]
fn shard<const N: usize>(counter: &Counter) -> Pool {
    Pool(format!("shard {N}, built {}", counter.next()))
}

#[get("/singletons", inline)]
fn singletons(primary: &Pool, #[named(Replica)] replica: &Pool, #[named(Archive)] archive: Pool) -> String {
    format!("{}; {}; {}", primary.0, replica.0, archive.0)
}

#[derive(Provider)]
pub struct Both {
    primary: Pool,
    #[named(Archive)]
    archive: Pool,
}

#[get("/fields")]
async fn fields(both: Both) -> String {
    format!("{}; {}", both.primary.0, both.archive.0)
}

#[get("/shards")]
async fn shards(
    #[named(Shard<1>)] one: &Pool,
    #[named(Shard<2>)] other: &Pool,
    #[named(Shard<1>)] again: Option<&Pool>,
) -> String {
    format!("{}; {}; {}", one.0, other.0, again.map_or("none", |again| &again.0))
}

/// Torn down, each in its turn.
pub struct Session(&'static str);

#[provider(teardown = close)]
fn session() -> Session {
    Session("plain")
}

#[provider(named, teardown = close)]
async fn audited(session: &Session) -> Session {
    let _ = session;
    pause().await;
    Session("audited")
}

async fn close(session: Session, _: &Outcome, log: &Log) {
    log.push(format_args!("close {}", session.0));
}

#[get("/sessions")]
async fn sessions(plain: &mut Session, #[named(audited)] other: &mut Session) -> String {
    std::mem::swap(plain, other);
    format!("{} {}", plain.0, other.0)
}

#[provider(name = Replica)]
fn refused(allowed: Option<Query<bool>>) -> Result<Session, Refused> {
    if allowed.is_some() { Ok(Session("allowed")) } else { Err(Refused(403)) }
}

#[get("/refused")]
async fn failure(#[named(Replica)] session: Result<&Session, &Refused>) -> String {
    session.map_or_else(|refused| refused.0.to_string(), |session| session.0.to_owned())
}

pub trait Greet: Send + Sync {
    fn greet(&self) -> String;
}

struct Hello;

impl Greet for Hello {
    fn greet(&self) -> String {
        "hello".to_owned()
    }
}

struct Loud(Arc<dyn Greet>);

impl Greet for Loud {
    fn greet(&self) -> String {
        self.0.greet().to_uppercase()
    }
}

#[provider(singleton, named)]
fn greeter() -> Arc<dyn Greet> {
    Arc::new(Hello)
}

#[provider]
fn loud(#[named(greeter)] greeter: Arc<dyn Greet>) -> Arc<dyn Greet> {
    Arc::new(Loud(greeter))
}

#[get("/greet")]
fn greet(shared: &Arc<dyn Greet>, owned: Arc<dyn Greet>, #[named(greeter)] plain: &Arc<dyn Greet>) -> String {
    format!("{} {} {} {}", shared.greet(), owned.greet(), Arc::ptr_eq(shared, &owned), plain.greet())
}

#[provider(name = Replica)]
fn word(primary: &Pool) -> String {
    primary.0.clone()
}

#[provider(name = Archive)]
fn other_word() -> String {
    "other".to_owned()
}

/// By a name even a `String` is provided, and not the body.
#[post("/words")]
async fn words(#[named(Replica)] word: String, #[named(Archive)] other: String, body: String) -> String {
    format!("{word} {other} {body}")
}

/// A guard that asks by name.
pub struct If(&'static str);

#[guard]
impl If {
    fn check(&self, #[named(Archive)] archive: &Pool) -> Result<(), Refused> {
        if archive.0 == self.0 { Ok(()) } else { Err(Refused(403)) }
    }
}

#[get("/guarded")]
async fn guarded() {}

#[job]
async fn copy(from: &Pool, #[named(Archive)] to: &Pool) -> String {
    format!("{} to {}", from.0, to.0)
}

static TABLE: Table<App> = table![
    singletons,
    fields,
    shards,
    sessions,
    failure,
    greet,
    words,
    group("/open", guards = [If("archive")], guarded),
    group("/closed", guards = [If("primary")], guarded),
];

async fn client(rt: Rt) -> TestClient<App> {
    let archive = Pool("archive".to_owned());
    let builder = App::builder().log(Log::default()).counter(Counter::default()).archive(archive);
    TestClient::new(builder.runtime(rt).build().await.unwrap(), &TABLE)
}

async fn singletons_of_one_type_are_told_apart(rt: Rt) {
    let client = client(rt).await;
    client.get("/singletons").await.assert_text("primary; replica of primary and archive; archive");
    client.get("/fields").await.assert_text("primary; archive");
    client.post("/words").body("body").await.assert_text("primary other body");
    assert_eq!(client.run::<copy>().await.unwrap(), "primary to archive");
}

async fn what_is_handed_to_the_builder_is_for_the_field_of_its_name(rt: Rt) {
    let pool = |name: &str| Pool(name.to_owned());
    let builder = App::builder().log(Log::default()).counter(Counter::default());
    let builder = builder.archive(pool("one")).primary(pool("two")).replica(pool("three"));
    let app = builder.runtime(rt).build().await.unwrap();
    assert_eq!([&app.archive.0, &app.primary.0, &app.replica.0], ["one", "two", "three"]);
}

/// Two of a type, of which one needs the other.
#[derive(Container)]
pub struct Chained {
    pool: Pool,
    #[container(name = Replica)]
    replica: Pool,
}

#[provider(singleton, container = Chained)]
fn broken() -> Result<Pool, std::fmt::Error> {
    Err(std::fmt::Error)
}

#[provider(singleton, name = Replica, container = Chained)]
fn of_broken(pool: &Pool) -> Pool {
    pool.clone()
}

async fn a_chain_tells_them_apart(rt: Rt) {
    let error = Chained::builder().runtime(rt).build().await.expect_err("it is broken");
    assert_eq!(error.singleton(), "Pool");
    assert_eq!(error.chain(), ["Pool named Replica", "Pool"]);
    let text = error.to_string();
    assert!(text.starts_with("singleton `Pool` was not built: provider `broken` (tests/suite/named.rs:"), "{text}");
    assert!(text.ends_with("needed by Pool named Replica -> Pool"), "{text}");
}

async fn each_name_has_a_value_of_its_own_in_a_request(rt: Rt) {
    let client = client(rt).await;
    client.get("/shards").await.assert_text("shard 1, built 0; shard 2, built 1; shard 1, built 0");
}

async fn both_may_be_taken_exclusively_and_each_is_torn_down(rt: Rt) {
    let client = client(rt).await;
    client.get("/sessions").await.assert_text("audited plain");
    assert_eq!(client.app().log.take(), ["close plain", "close audited"]);
}

async fn a_failure_is_that_of_the_provider_of_the_name(rt: Rt) {
    let client = client(rt).await;
    client.get("/refused").await.assert_text("403");
    client.get("/refused?allowed=true").await.assert_text("allowed");
}

async fn a_guard_asks_by_name(rt: Rt) {
    let client = client(rt).await;
    client.get("/open/guarded").await.assert_status(200);
    client.get("/closed/guarded").await.assert_status(403);
}

async fn a_trait_object_is_a_key_like_any_other(rt: Rt) {
    client(rt).await.get("/greet").await.assert_text("HELLO HELLO true hello");
}

#[provider(replace, name = Shard<2>)]
fn replaced(#[named(Archive)] archive: &Pool) -> Pool {
    Pool(format!("not {}", archive.0))
}

async fn an_override_is_for_the_name_that_it_gives(rt: Rt) {
    let client = client(rt).await.replace::<replaced>();
    client.get("/shards").await.assert_text("shard 1, built 0; not archive; shard 1, built 0");
    let client = client.provide_named::<Shard<1>, Pool>(|| Pool("made".to_owned()));
    client.get("/shards").await.assert_text("made; not archive; made");
    let client = client.provide_named::<Archive, Pool>(|| Pool("none".to_owned()));
    client.get("/singletons").await.assert_text("primary; replica of primary and archive; none");
}

on_every_executor!(
    singletons_of_one_type_are_told_apart,
    what_is_handed_to_the_builder_is_for_the_field_of_its_name,
    a_chain_tells_them_apart,
    each_name_has_a_value_of_its_own_in_a_request,
    both_may_be_taken_exclusively_and_each_is_torn_down,
    a_failure_is_that_of_the_provider_of_the_name,
    a_guard_asks_by_name,
    a_trait_object_is_a_key_like_any_other,
    an_override_is_for_the_name_that_it_gives,
);
