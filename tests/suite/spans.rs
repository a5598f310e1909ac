//! Which spans does a subscriber see?

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use di_server::prelude::*;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::{
    executors::{Rt, on_every_executor},
    support::get,
};

#[derive(Container)]
pub struct App {
    pool: Pool,
}

pub struct Pool;

#[provider(singleton)]
async fn pool() -> Pool {
    Pool
}

pub struct Session;

#[provider]
async fn session(pool: &Pool) -> Session {
    let _ = pool;
    Session
}

#[get("/")]
async fn home(session: &Session) {
    let _ = session;
}

#[job]
async fn nightly(session: &Session) {
    let _ = session;
}

static TABLE: Table<App> = table![home];

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
        metadata.target() == "di"
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        let mut text = span.metadata().name().to_owned();
        span.record(&mut Fields(&mut text));
        self.0.lock().unwrap().push(text);
        span::Id::from_u64(self.1.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        *self.0 += &format!(" {}={value:?}", field.name());
    }
}

async fn each_provider_and_each_handler_has_a_span(rt: Rt) {
    let seen = Seen::default();
    // For this thread, which polls all that follows.
    let _listening = tracing::subscriber::set_default(seen.clone());
    let app = App::builder().runtime(rt).build().await.unwrap();
    assert_eq!(seen.take(), [r#"provider function="pool""#]);
    get(&app.service(&TABLE), "/").await.is_status(200);
    assert_eq!(seen.take(), [r#"provider function="session""#, r#"handler function="home""#]);
    app.run::<nightly>().await.unwrap();
    assert_eq!(seen.take(), [r#"provider function="session""#, r#"handler function="nightly""#]);
}

on_every_executor![each_provider_and_each_handler_has_a_span];
