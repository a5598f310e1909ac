//! How often does a request allocate? Counted by the allocator itself, for each thread.
#![allow(unreachable_pub, reason = "what the modules of a test share is `pub` without being public")]
// An allocator is unsafe.
#![allow(unsafe_code)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    future::{Future, poll_fn},
    hint::black_box,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use di_server::{
    Service,
    prelude::*,
    rt::{BoxFuture, Runtime},
};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

fn count(allocations: usize, live: isize) {
    // A thread that ends may free after its counters are gone.
    let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + allocations));
    let _ = LIVE.try_with(|count| count.set(count.get() + live));
}

// SAFETY: all of it is `System`'s; the counters do not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, 1);
        // SAFETY: by the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(0, -1);
        // SAFETY: by the caller's promise.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, 0);
        // SAFETY: by the caller's promise.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(Container)]
struct App {
    #[container(input)]
    base: u64,
}

struct One(u64);
struct Two(u64);
struct Three(u64);

#[provider]
fn one(base: &u64) -> One {
    One(*base)
}

#[provider]
fn two(one: &One) -> Result<Two, StatusCode> {
    Ok(Two(one.0))
}

#[provider(teardown = end)]
fn three(two: &mut Two, one: &One) -> Three {
    two.0 += 1;
    Three(two.0 + one.0)
}

fn end(three: Three, outcome: &Outcome) {
    black_box((three.0, outcome));
}

/// An asynchronous provider that is pending once.
struct Later<const N: usize>(u64);

#[provider]
async fn later<const N: usize>(one: &One) -> Later<N> {
    pause().await;
    Later(one.0)
}

async fn pause() {
    let mut paused = false;
    poll_fn(|_| if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

#[get("/empty", inline)]
fn empty() {}

#[get("/inline", inline)]
fn inline(three: &Three) {
    black_box(three.0);
}

#[get("/async")]
async fn asynchronous(three: &mut Three, one: &One) {
    pause().await;
    three.0 += one.0;
}

#[get("/later")]
async fn later_than_that(a: &Later<1>, b: &Later<2>, c: &Later<3>, three: &Three) {
    black_box((a.0, b.0, c.0, three.0));
}

/// `String` allocates once, for itself.
#[get("/input/{name}")]
async fn input(name: Path<String>, uri: &Uri) {
    black_box((name.0, uri));
}

#[get("/text", inline)]
fn text(three: &Three) -> &'static str {
    black_box(three.0);
    "text"
}

#[post("/bytes")]
async fn bytes(body: Bytes) -> Body {
    body.into()
}

static TABLE: Table<App> = table![empty, inline, asynchronous, later_than_that, input, text, bytes];

/// An executor that is never asked for anything.
struct Nowhere;

impl Runtime for Nowhere {
    fn spawn(&self, _: BoxFuture<'static, ()>) {
        unreachable!("nothing is spawned")
    }

    fn spawn_blocking(&self, _: Box<dyn FnOnce() + Send>) {
        unreachable!("nothing blocks")
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        unreachable!("nothing sleeps")
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
}

fn service() -> Service {
    block_on(App::builder().base(7).runtime(Nowhere).build()).expect("nothing is built").service(&TABLE)
}

/// How often `run` allocates.
fn allocations<T>(run: impl FnOnce() -> T) -> usize {
    let before = (ALLOCATIONS.get(), LIVE.get());
    let output = run();
    let count = ALLOCATIONS.get() - before.0;
    drop(output);
    assert!(LIVE.get() <= before.1, "all is freed");
    count
}

fn request(method: &str, path: &str) -> http::Request<Body> {
    http::Request::builder().method(method).uri(path).body(Body::from("body")).expect("a request")
}

/// How often a request allocates, from its routing to its response, while another is under way.
fn of_request(service: &Service, method: &str, path: &str) -> usize {
    // Once unseen, for whatever is set up on first use.
    block_on(service.handle(request(method, path), None));
    // The room that the thread keeps is taken by this one.
    let _other = service.handle(request(method, path), None);
    let request = request(method, path);
    allocations(|| block_on(service.handle(request, None)))
}

/// The response that a handler's value is by itself.
fn by_hand(value: impl IntoResponse) -> usize {
    allocations(|| value.into_response())
}

#[test]
fn a_request_is_one_block() {
    let service = service();
    // The request's body has a block of its own; here it comes as one.
    let body = allocations(|| Body::stream(Body::from("body")));
    assert_eq!(by_hand(()), 0);
    for path in ["/empty", "/inline", "/async"] {
        assert_eq!(of_request(&service, "GET", path), 1 + body, "{path}");
    }
}

#[test]
fn the_room_of_a_block_is_used_again() {
    let service = service();
    let body = allocations(|| Body::stream(Body::from("body")));
    for path in ["/empty", "/inline", "/async", "/later", "/inline"] {
        block_on(service.handle(request("GET", path), None));
        let request = request("GET", path);
        assert_eq!(allocations(|| block_on(service.handle(request, None))), body, "{path}");
    }
}

#[test]
fn asynchronous_providers_and_inputs_lie_in_the_block() {
    let service = service();
    let body = allocations(|| Body::stream(Body::from("body")));
    assert_eq!(of_request(&service, "GET", "/later"), 1 + body);
    assert_eq!(of_request(&service, "GET", "/input/ada"), 1 + body + 1);
}

#[test]
fn a_response_costs_what_it_costs_by_hand() {
    let service = service();
    let body = allocations(|| Body::stream(Body::from("body")));
    assert_eq!(of_request(&service, "GET", "/text"), 1 + body + by_hand("text"));
    assert_eq!(of_request(&service, "POST", "/bytes"), 1 + body, "one frame is handed on as it came");
}

#[test]
fn a_service_is_cheap_to_clone() {
    let service = service();
    assert_eq!(allocations(|| service.clone()), 0);
    drop(Arc::new(service));
}
