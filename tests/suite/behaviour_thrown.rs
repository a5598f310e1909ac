//! What if that panics which nobody expects to: what a panic has thrown, a value as it is dropped, a body that is asked for its size?
//!
//! Nothing is dropped twice, nothing that was built is forgotten, and neither a request nor a thread of the pool is lost.

use std::{
    future::Future,
    panic::panic_any,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use di_server::{Application, Body, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    sockets::{client, get as get_on_socket, serve},
    support::{Dropping, Log, get, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
}

async fn app(log: &Log, rt: Rt) -> Application<App> {
    let settings = Settings::default().blocking_threads(2);
    App::builder().log(log.clone()).runtime(rt).settings(settings).build().await.expect("nothing fails")
}

/// Throws one less of itself when it is dropped.
struct Bomb(u32);

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.0 > 0 && !std::thread::panicking() {
            panic_any(Self(self.0 - 1));
        }
    }
}

#[get("/pool")]
fn on_the_pool() {
    panic_any(Bomb(3))
}

#[get("/executor")]
async fn on_the_executor() {
    pause().await;
    panic_any(Bomb(3))
}

#[get("/fine")]
fn fine() -> &'static str {
    "fine"
}

async fn what_a_panic_throws_may_panic_too(rt: Rt) {
    let app = app(&Log::default(), rt).await;
    let service = app.service(&TABLE);
    // More often than there are threads to lose.
    for _ in 0..3 {
        get(&service, "/pool").await.is_status(500);
        get(&service, "/executor").await.is_status(500);
    }
    get(&service, "/fine").await.is(200, "fine");
    drop(service);
    app.shutdown().await;
}

/// Is ready at once, and throws a [`Bomb`] when it is dropped.
struct Falls {
    _logged: Dropping,
    bomb: u32,
}

impl Future for Falls {
    type Output = &'static str;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<&'static str> {
        Poll::Ready("answered")
    }
}

impl Drop for Falls {
    fn drop(&mut self) {
        panic_any(Bomb(self.bomb));
    }
}

#[get("/falls")]
fn falls(log: &Log) -> impl Future<Output = &'static str> + use<> {
    Falls { _logged: log.dropping("future"), bomb: 1 }
}

async fn a_future_whose_drop_throws_what_throws_is_dropped_once(rt: Rt) {
    let log = Log::default();
    get(&app(&log, rt).await.service(&TABLE), "/falls").await.is(200, "answered");
    assert_eq!(log.take(), ["drop future"]);
}

struct Kept(Log);

#[provider(teardown_after_response = gone)]
fn kept(log: &Log) -> Kept {
    Kept(log.clone())
}

async fn gone(kept: Kept, _: &Outcome) {
    kept.0.push("torn down");
}

/// Panics whatever is done with it.
struct Rotten;

impl http_body::Body for Rotten {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        panic!("on purpose: polled")
    }

    fn size_hint(&self) -> http_body::SizeHint {
        panic!("on purpose: asked for its size")
    }
}

impl Drop for Rotten {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("on purpose: dropped");
        }
    }
}

#[get("/rotten")]
async fn rotten(_kept: &Kept) -> Response {
    Response::new(Body::stream(Rotten))
}

async fn a_body_that_is_left_out_may_panic(rt: Rt) {
    let log = Log::default();
    let app = app(&log, rt).await;
    send(&app.service(&TABLE), request("HEAD", "/rotten")).await.is_status(200);
    app.shutdown().await;
    assert_eq!(log.take(), ["torn down"]);
}

/// Logs that it is dropped, and then throws a [`Bomb`].
struct Loud(Log, &'static str);

impl Drop for Loud {
    fn drop(&mut self) {
        self.0.push(self.1);
        panic_any(Bomb(1));
    }
}

struct First(#[expect(dead_code, reason = "is dropped")] Loud);
struct Second(#[expect(dead_code, reason = "is dropped")] Loud);

#[provider]
fn first(log: &Log) -> First {
    First(Loud(log.clone(), "first"))
}

#[provider]
fn second(_first: &First, log: &Log) -> Second {
    Second(Loud(log.clone(), "second"))
}

#[get("/values")]
async fn values(_second: &Second) -> &'static str {
    "answered"
}

async fn a_value_whose_drop_throws_keeps_no_other_from_being_dropped(rt: Rt) {
    let log = Log::default();
    get(&app(&log, rt).await.service(&TABLE), "/values").await.is(200, "answered");
    assert_eq!(log.take(), ["second", "first"]);
}

#[get("/tasks")]
async fn tasks(fails: Option<Query<bool>>, tasks: &BackgroundTasks, log: &Log) -> Result<(), StatusCode> {
    for name in ["one task", "another"] {
        let loud = Loud(log.clone(), name);
        tasks.spawn(async move {
            let _loud = loud;
            pause().await;
        });
    }
    if fails.is_some() { Err(StatusCode::CONFLICT) } else { Ok(()) }
}

async fn background_tasks_whose_drops_throw_are_all_dropped(rt: Rt) {
    let log = Log::default();
    let app = app(&log, rt).await;
    get(&app.service(&TABLE), "/tasks?fails=true").await.is_status(409);
    assert_eq!(log.take(), ["one task", "another"]);
    get(&app.service(&TABLE), "/tasks").await.is_status(200);
    app.shutdown().await;
    assert_eq!(log.take(), ["one task", "another"]);
}

/// A body of two pieces, which throws when it is dropped.
struct Ends {
    left: Vec<&'static str>,
    _loud: Loud,
}

impl http_body::Body for Ends {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.left.pop().map(|piece| Ok(http_body::Frame::data(Bytes::from_static(piece.as_bytes())))))
    }
}

#[get("/ends")]
async fn ends(log: &Log) -> Response {
    Response::new(Body::stream(Ends { left: vec!["two", "one"], _loud: Loud(log.clone(), "body") }))
}

async fn a_body_whose_drop_throws_has_been_sent(rt: Rt) {
    let log = Log::default();
    let app = app(&log, rt.clone()).await;
    let address = serve(&rt, &app, &TABLE);
    let answer = client(move || get_on_socket(address, "/ends")).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("one") && answer.ends_with("0\r\n\r\n"), "{answer}");
    assert_eq!(log.take(), ["body"]);
}

#[get("/extension")]
async fn extension() -> &'static str {
    "answered"
}

#[derive(Clone)]
struct Shared(#[expect(dead_code, reason = "is dropped")] std::sync::Arc<Loud>);

async fn an_extension_whose_drop_throws_keeps_the_response(rt: Rt) {
    let log = Log::default();
    let mut request = request("GET", "/extension");
    request.extensions_mut().insert(Shared(std::sync::Arc::new(Loud(log.clone(), "extension"))));
    send(&app(&log, rt).await.service(&TABLE), request).await.is(200, "answered");
    assert_eq!(log.take(), ["extension"]);
}

static TABLE: Table<App> = table![on_the_pool, on_the_executor, fine, falls, rotten, values, tasks, ends, extension];

on_every_executor![
    what_a_panic_throws_may_panic_too,
    a_future_whose_drop_throws_what_throws_is_dropped_once,
    a_body_that_is_left_out_may_panic,
    a_value_whose_drop_throws_keeps_no_other_from_being_dropped,
    background_tasks_whose_drops_throw_are_all_dropped,
    a_body_whose_drop_throws_has_been_sent,
    an_extension_whose_drop_throws_keeps_the_response,
];
