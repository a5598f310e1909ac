//! What the cases share: requests in, responses out, an event log, and things to wait for.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use bytes::Bytes;
use di_server::{Body, Service, http::Request};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use http_body_util::BodyExt;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What happened, in order.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub fn push(&self, event: impl fmt::Display) {
        lock(&self.0).push(event.to_string());
    }

    /// What has happened since the last call.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.0))
    }

    /// A value that is logged when it is dropped.
    pub fn dropping(&self, name: &'static str) -> Dropping {
        Dropping { log: self.clone(), name }
    }
}

pub struct Dropping {
    log: Log,
    name: &'static str,
}

impl Drop for Dropping {
    fn drop(&mut self) {
        self.log.push(format_args!("drop {}", self.name));
    }
}

/// Numbers, each once.
#[derive(Clone, Default)]
pub struct Counter(Arc<AtomicUsize>);

impl Counter {
    pub fn next(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst)
    }

    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A response, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn is(&self, status: u16, body: &str) {
        assert_eq!((self.status.as_u16(), self.body.as_str()), (status, body));
    }

    #[track_caller]
    pub fn is_status(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("headers of these tests are text"))
    }

    /// The names of the invalid inputs that a 422 lists, in its order.
    #[track_caller]
    pub fn invalid(&self) -> Vec<String> {
        self.is_status(422);
        let problem: serde_json::Value = serde_json::from_str(&self.body).expect("a problem is JSON");
        let errors = problem["errors"].as_array().expect("a 422 lists what is invalid");
        errors.iter().map(|error| error["name"].as_str().unwrap_or("body").to_owned()).collect()
    }
}

pub fn request(method: &str, uri: &str) -> Request<Body> {
    Request::builder().method(method).uri(uri).body(Body::empty()).expect("a request")
}

pub fn json(method: &str, uri: &str, body: &'static str) -> Request<Body> {
    let mut request = request(method, uri).map(|_| Body::from(body));
    request.headers_mut().insert(CONTENT_TYPE, "application/json".parse().expect("static"));
    request
}

/// The request of somebody who says who he is.
pub fn from_user(name: &str, mut request: Request<Body>) -> Request<Body> {
    request.headers_mut().insert("authorization", format!("Bearer {name}").parse().expect("a name"));
    request
}

pub async fn send<B>(service: &Service, request: Request<B>) -> Answer
where
    B: http_body::Body<Data = Bytes, Error: Into<di_server::BoxError>> + Send + 'static,
{
    read(service.handle(request, None).await).await
}

pub async fn read<B: http_body::Body<Error: fmt::Debug>>(response: http::Response<B>) -> Answer {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    let body = String::from_utf8(body.to_vec()).expect("text");
    Answer { status: parts.status, headers: parts.headers, body }
}

pub async fn get(service: &Service, uri: &str) -> Answer {
    send(service, request("GET", uri)).await
}

/// What is waited for, and who waits.
type Waiting<T> = (T, Vec<Waker>);

/// So many must come before any goes on.
#[derive(Clone)]
pub struct Barrier(Arc<(usize, Mutex<Waiting<usize>>)>);

impl Barrier {
    pub fn new(count: usize) -> Self {
        Self(Arc::new((count, Mutex::default())))
    }

    pub async fn wait(&self) {
        let (count, state) = &*self.0;
        {
            let mut state = lock(state);
            state.0 += 1;
            if state.0 == *count {
                state.1.drain(..).for_each(Waker::wake);
            }
        }
        poll_fn(|cx| {
            let mut state = lock(state);
            if state.0 >= *count {
                return Poll::Ready(());
            }
            state.1.push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// Something that happens once, to be waited for by futures and by threads.
#[derive(Clone, Default)]
pub struct Signal(Arc<(Mutex<Waiting<bool>>, Condvar)>);

impl Signal {
    pub fn set(&self) {
        let mut state = lock(&self.0.0);
        state.0 = true;
        state.1.drain(..).for_each(Waker::wake);
        self.0.1.notify_all();
    }

    pub fn is_set(&self) -> bool {
        lock(&self.0.0).0
    }

    pub async fn wait(&self) {
        poll_fn(|cx| {
            let mut state = lock(&self.0.0);
            if state.0 {
                return Poll::Ready(());
            }
            state.1.push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    pub fn block(&self) {
        let mut state = lock(&self.0.0);
        while !state.0 {
            state = self.0.1.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Gives other tasks a turn.
pub async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls two futures until both are ready.
pub async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    futures_lite::future::zip(a, b).await
}

/// Polls `future` by hand, as often as it is woken and no more than `polls` times; drops it then.
///
/// `None` when it was dropped before it was ready.
pub async fn at_most<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    struct Count(Mutex<(usize, Option<Waker>)>);
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            let mut state = lock(&self.0);
            state.0 += 1;
            if let Some(waker) = state.1.take() {
                waker.wake();
            }
        }
    }
    let count = Arc::new(Count(Mutex::new((1, None))));
    let waker = Waker::from(count.clone());
    let mut future = Box::pin(future);
    for _ in 0..polls {
        poll_fn(|cx| {
            let mut state = lock(&count.0);
            if state.0 > 0 {
                state.0 = 0;
                return Poll::Ready(());
            }
            state.1 = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
        if let Poll::Ready(output) = Pin::new(&mut future).poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
    }
    None
}

/// An error that is no response of its own.
#[derive(Debug)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken")
    }
}

impl std::error::Error for Broken {}

/// An error that is a response.
#[derive(Debug, Clone, Copy)]
pub struct Refused(pub u16);

impl di_server::IntoResponse for Refused {
    fn into_response(self) -> di_server::Response {
        StatusCode::from_u16(self.0).expect("a status").into_response()
    }
}
