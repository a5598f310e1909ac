//! The application under test: a few paths, each of one behaviour. It runs on any executor.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::rt::{Read, ReadBuf, Write};

use crate::server::{App, BoxError, BoxFuture, Runtime};

type Body = UnsyncBoxBody<Bytes, BoxError>;

#[derive(Clone)]
pub struct TestApp {
    runtime: Arc<dyn Runtime>,
    state: Arc<State>,
}

/// What a test sees of the application, and what it says to it.
#[derive(Debug, Default)]
pub struct State {
    /// Handlers whose future lives, and endless bodies.
    pub running: AtomicUsize,
    /// Whether the handlers at the gate may go on.
    pub open: AtomicBool,
    /// Bytes that uploads brought after their response.
    uploaded: AtomicUsize,
}

impl TestApp {
    pub fn new(runtime: Arc<dyn Runtime>, state: Arc<State>) -> Self {
        Self { runtime, state }
    }

    /// Waits until `condition` holds.
    async fn wait_until(&self, condition: impl Fn(&State) -> bool) {
        while !condition(&self.state) {
            self.runtime.sleep(Duration::from_millis(5)).await;
        }
    }

    async fn respond(self, request: Request<Incoming>, peer: Option<SocketAddr>) -> Response<Body> {
        let running = Running::enter(&self.state);
        let path = request.uri().path().to_owned();
        match path.as_str() {
            "/hello" => text("hello"),
            "/peer" => text(peer.map(|peer| peer.to_string()).unwrap_or_default()),
            "/host" => text(request.headers()["host"].to_str().expect("text").to_owned()),
            // Who the handshake says the two are.
            "/tls" => {
                let tls = request.extensions().get::<crate::server::tls::TlsInfo>().expect("over TLS");
                text(format!("{:?} {} {:?}", tls.server_name(), tls.peer_certificates().len(), tls.version()))
            }
            "/echo" => match request.into_body().collect().await {
                Ok(body) => text(body.to_bytes()),
                Err(error) => with_status(StatusCode::BAD_REQUEST, error.to_string()),
            },
            "/ignore" => text("ignored"),
            "/large" => text("large ".repeat(100_000)),
            // Until the test opens it.
            "/gate" => {
                self.wait_until(|state| state.open.load(Ordering::SeqCst)).await;
                text("through")
            }
            // Until two requests are there.
            "/meet" => {
                let met = |state: &State| state.running.load(Ordering::SeqCst) == 2;
                self.wait_until(|state| met(state) || state.open.load(Ordering::SeqCst)).await;
                self.state.open.store(true, Ordering::SeqCst);
                text("met")
            }
            "/running" => text(self.state.running.load(Ordering::SeqCst).to_string()),
            "/panic" => panic!("on purpose"),
            "/endless" => endless(running),
            "/pauses" => self.pauses(),
            "/upload" => {
                self.runtime.spawn(Box::pin(async move {
                    if let Ok(body) = request.into_body().collect().await {
                        self.state.uploaded.store(body.to_bytes().len(), Ordering::SeqCst);
                    }
                }));
                text("wait and see")
            }
            "/uploaded" => text(self.state.uploaded.load(Ordering::SeqCst).to_string()),
            "/upgrade" => {
                let upgraded = hyper::upgrade::on(request);
                self.runtime.spawn(Box::pin(async move {
                    echo_once(upgraded.await.expect("upgraded")).await;
                }));
                let mut response = with_status(StatusCode::SWITCHING_PROTOCOLS, "");
                response.headers_mut().insert("connection", "upgrade".parse().expect("static"));
                response.headers_mut().insert("upgrade", "echo".parse().expect("static"));
                response
            }
            // With lengths that may not be that of its body.
            "/length" => {
                let mut response = text("body");
                for length in request.uri().query().unwrap_or_default().split(',') {
                    response.headers_mut().append("content-length", length.parse().expect("a value"));
                }
                response
            }
            // A body where there is none.
            "/status" => {
                let status = request.uri().query().unwrap_or_default();
                let mut response = with_status(status.parse().expect("a status"), "body");
                response.headers_mut().insert("content-length", "4".parse().expect("static"));
                response
            }
            _ => match path.strip_prefix("/sleep/").and_then(|ms| ms.parse().ok()) {
                Some(ms) => {
                    self.runtime.sleep(Duration::from_millis(ms)).await;
                    text("slept")
                }
                None => with_status(StatusCode::NOT_FOUND, ""),
            },
        }
    }
}

impl TestApp {
    /// A body of three bytes, 300 ms apart.
    fn pauses(self) -> Response<Body> {
        let pieces = futures_lite::stream::unfold(0, move |piece| {
            let runtime = self.runtime.clone();
            async move {
                if piece == 3 {
                    return None;
                }
                runtime.sleep(Duration::from_millis(300)).await;
                Some((Ok(Frame::data(Bytes::from_static(b"x"))), piece + 1))
            }
        });
        let mut response = Response::new(StreamBody::new(pieces).boxed_unsync());
        response.headers_mut().insert("content-length", "3".parse().expect("static"));
        response
    }
}

impl App for TestApp {
    type Future = BoxFuture<'static, Response<Body>>;
    type Body = Body;

    fn call(&self, request: Request<Incoming>, peer: Option<SocketAddr>) -> Self::Future {
        Box::pin(self.clone().respond(request, peer))
    }

    fn runtime(&self) -> &Arc<dyn Runtime> {
        &self.runtime
    }
}

struct Running(Arc<State>);

impl Running {
    fn enter(state: &Arc<State>) -> Self {
        state.running.fetch_add(1, Ordering::SeqCst);
        Self(state.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

fn text(body: impl Into<Bytes>) -> Response<Body> {
    with_status(StatusCode::OK, body)
}

fn with_status(status: StatusCode, body: impl Into<Bytes>) -> Response<Body> {
    let body = Full::new(body.into()).map_err(|never| match never {}).boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

/// A body of 64 KiB pieces that never ends.
fn endless(running: Running) -> Response<Body> {
    let piece = Bytes::from(vec![b'x'; 64 * 1024]);
    let pieces = futures_lite::stream::repeat_with(move || {
        let _ = &running;
        Ok(Frame::data(piece.clone()))
    });
    Response::new(StreamBody::new(pieces).boxed_unsync())
}

/// Sends back the first bytes that arrive, then closes.
async fn echo_once(mut io: hyper::upgrade::Upgraded) {
    let mut bytes = [0; 64];
    let mut buf = ReadBuf::new(&mut bytes);
    let read = std::future::poll_fn(|cx| std::pin::Pin::new(&mut io).poll_read(cx, buf.unfilled())).await;
    read.expect("readable");
    let bytes = buf.filled().to_vec();
    let written = std::future::poll_fn(|cx| std::pin::Pin::new(&mut io).poll_write(cx, &bytes)).await;
    assert_eq!(written.expect("writable"), bytes.len());
    let _ = std::future::poll_fn(|cx| std::pin::Pin::new(&mut io).poll_shutdown(cx)).await;
}
