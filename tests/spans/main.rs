//! Which spans does a subscriber see, and which failures that no client is told of?

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use di_server::{
    prelude::*,
    rt::Runtime,
    server::{smol::SmolRuntime, tokio::TokioRuntime},
    testing::TestClient,
};
use tokio::runtime::Builder;
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

#[derive(Container)]
struct App {
    pool: Pool,
}

struct Pool;

#[provider(singleton)]
async fn pool() -> Pool {
    Pool
}

struct Session;

#[provider]
async fn session(pool: &Pool) -> Session {
    let _ = pool;
    Session
}

#[get("/")]
async fn home(session: &Session) {
    let _ = session;
}

#[get("/blocking")]
fn report(session: &Session) {
    let _ = session;
}

#[job]
async fn nightly(session: &Session) {
    let _ = session;
}

struct Lock;

#[provider(teardown = unlock)]
fn lock() -> Lock {
    Lock
}

fn unlock(_: Lock, _: &Outcome) -> Result<(), StatusCode> {
    Err(StatusCode::INSUFFICIENT_STORAGE)
}

#[get("/conflict")]
async fn conflict(lock: &Lock) -> StatusCode {
    let _ = lock;
    StatusCode::CONFLICT
}

#[get("/locked")]
async fn locked(lock: &Lock) {
    let _ = lock;
}

#[job]
async fn locks(lock: &Lock) {
    let _ = lock;
}

static TABLE: Table<App> = table![home, report, conflict, locked];

/// Notes the spans of the framework: their names, and the functions that they are for.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>, Arc<AtomicU64>);

impl Seen {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Subscriber for Seen {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "di" || metadata.is_event() && *metadata.level() == Level::ERROR
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        let mut text = span.metadata().name().to_owned();
        span.record(&mut Fields(&mut text));
        self.0.lock().unwrap().push(text);
        span::Id::from_u64(self.1.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut text = String::from("error");
        event.record(&mut Fields(&mut text));
        self.0.lock().unwrap().push(text);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        *self.0 += &format!(" {}={value:?}", field.name());
    }
}

async fn each_has_a_span(runtime: impl Runtime, seen: &Seen) {
    let app = App::builder().runtime(runtime).build().await.unwrap();
    assert_eq!(seen.take(), [r#"provider function="pool""#]);

    let client = TestClient::new(app, &TABLE);
    client.get("/").await.assert_status(200);
    assert_eq!(seen.take(), [r#"provider function="session""#, r#"handler function="home""#]);

    client.get("/blocking").await.assert_status(200);
    assert_eq!(seen.take(), [r#"provider function="session""#, r#"handler function="report""#]);

    client.run::<nightly>().await.unwrap();
    assert_eq!(seen.take(), [r#"provider function="session""#, r#"handler function="nightly""#]);

    // A failure of a teardown is the response, or else it is logged.
    const LOST: &str = "error message=teardown of `lock` failed with 507 Insufficient Storage";
    client.get("/locked").await.assert_status(507);
    assert_eq!(seen.take(), [r#"provider function="lock""#, r#"handler function="locked""#]);
    client.get("/conflict").await.assert_status(409);
    assert_eq!(seen.take(), [r#"provider function="lock""#, r#"handler function="conflict""#, LOST]);
    assert!(matches!(client.run::<locks>().await, Err(JobError::Teardown)));
    assert_eq!(seen.take(), [r#"provider function="lock""#, r#"handler function="locks""#, LOST]);
}

// The one test of this program: a span that a thread without a subscriber met first would be switched off for all.
#[test]
fn each_provider_and_each_handler_has_a_span() {
    let seen = Seen::default();
    tracing::subscriber::set_global_default(seen.clone()).unwrap();

    for builder in [&mut Builder::new_multi_thread(), &mut Builder::new_current_thread()] {
        let runtime = builder.enable_all().build().unwrap();
        runtime.block_on(async { each_has_a_span(TokioRuntime::current(), &seen).await });
    }
    smol::block_on(each_has_a_span(SmolRuntime::new(), &seen));
}
