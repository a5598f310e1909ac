//! The application under test: a few paths, each of one behaviour. It runs on any executor.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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
    /// Handlers whose future lives.
    pub running: Arc<AtomicUsize>,
    /// Bytes that uploads brought after their response.
    uploaded: Arc<AtomicUsize>,
}

impl TestApp {
    pub fn new(runtime: Arc<dyn Runtime>, running: Arc<AtomicUsize>) -> Self {
        Self { runtime, running, uploaded: Arc::default() }
    }

    async fn respond(self, request: Request<Incoming>, peer: Option<SocketAddr>) -> Response<Body> {
        let _running = Running::enter(&self.running);
        let path = request.uri().path().to_owned();
        match path.as_str() {
            "/hello" => text("hello"),
            "/peer" => text(peer.map(|peer| peer.to_string()).unwrap_or_default()),
            "/echo" => match request.into_body().collect().await {
                Ok(body) => text(body.to_bytes()),
                Err(error) => with_status(StatusCode::BAD_REQUEST, error.to_string()),
            },
            "/ignore" => text("ignored"),
            "/ignore-slowly" => {
                self.runtime.sleep(Duration::from_millis(600)).await;
                drop(request);
                text("ignored")
            }
            "/panic" => panic!("on purpose"),
            "/endless" => endless(),
            "/pauses" => self.pauses(),
            "/upload" => {
                let uploaded = self.uploaded.clone();
                self.runtime.spawn(Box::pin(async move {
                    let body = request.into_body().collect().await.expect("a whole body");
                    uploaded.store(body.to_bytes().len(), Ordering::SeqCst);
                }));
                text("wait and see")
            }
            "/uploaded" => text(self.uploaded.load(Ordering::SeqCst).to_string()),
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
    /// A body of three bytes, 800 ms apart.
    fn pauses(self) -> Response<Body> {
        let pieces = futures_lite::stream::unfold(0, move |piece| {
            let runtime = self.runtime.clone();
            async move {
                if piece == 3 {
                    return None;
                }
                runtime.sleep(Duration::from_millis(800)).await;
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

struct Running(Arc<AtomicUsize>);

impl Running {
    fn enter(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
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
fn endless() -> Response<Body> {
    let piece = Bytes::from(vec![b'x'; 64 * 1024]);
    let pieces = futures_lite::stream::repeat_with(move || Ok(Frame::data(piece.clone())));
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
