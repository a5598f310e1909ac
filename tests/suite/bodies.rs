//! How is a request's body read, and how is it refused?

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};

use di_server::prelude::*;
use http_body::{Frame, SizeHint};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Counter, at_most, json, request, send},
};

#[derive(Container)]
pub struct App {}

#[post("/bytes")]
async fn bytes(body: Bytes) -> Bytes {
    body
}

#[post("/blocking")]
fn blocking(body: Bytes) -> String {
    body.len().to_string()
}

#[post("/text")]
async fn text(body: String) -> String {
    body
}

#[post("/json")]
async fn sum(body: Json<Vec<u32>>) -> String {
    body.iter().sum::<u32>().to_string()
}

#[post("/ignored")]
async fn ignored() -> &'static str {
    "ignored"
}

/// The body, parsed once for all that ask.
pub struct Parsed(Vec<u32>);

#[provider]
fn parsed(body: Json<Vec<u32>>) -> Parsed {
    Parsed(body.0)
}

pub struct Total(u32);

#[provider]
async fn total(parsed: &Parsed) -> Total {
    Total(parsed.0.iter().sum())
}

#[post("/shared")]
async fn shared(parsed: &Parsed, total: &Total) -> String {
    format!("{} {}", parsed.0.len(), total.0)
}

static TABLE: Table<App> = table![bytes, blocking, text, sum, ignored, shared];

pub enum Piece {
    Data(&'static str),
    Wait,
    /// Nothing more comes, and no end.
    Silence,
    Trailers,
    Break,
    Panic,
}

/// A body in pieces; counts how often it was polled.
pub struct Pieces {
    pieces: VecDeque<Piece>,
    length: Option<u64>,
    polls: Counter,
}

impl Pieces {
    /// This body, saying that it has so many bytes.
    pub fn saying(self, length: u64) -> Self {
        Self { length: Some(length), ..self }
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        self.polls.next();
        Poll::Ready(match self.pieces.pop_front() {
            Some(Piece::Data(data)) => Some(Ok(Frame::data(Bytes::from_static(data.as_bytes())))),
            Some(Piece::Trailers) => Some(Ok(Frame::trailers(HeaderMap::new()))),
            Some(Piece::Break) => Some(Err(Broken)),
            Some(Piece::Panic) => panic!("on purpose"),
            Some(Piece::Silence) => {
                self.pieces.push_front(Piece::Silence);
                return Poll::Pending;
            }
            Some(Piece::Wait) => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            None => None,
        })
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

pub fn pieces<const N: usize>(path: &str, pieces: [Piece; N]) -> (http::Request<Pieces>, Counter) {
    let polls = Counter::default();
    let body = Pieces { pieces: pieces.into(), length: None, polls: polls.clone() };
    (json("POST", path, "").map(|_| body), polls)
}

async fn service(rt: Rt) -> di_server::Service {
    let settings = Settings::default().body_limit(10);
    App::builder().settings(settings).runtime(rt).build().await.expect("nothing is built").service(&TABLE)
}

async fn pieces_are_joined(rt: Rt) {
    use Piece::{Data, Trailers, Wait};
    let service = service(rt).await;
    for (path, expected) in [("/bytes", "hello you"), ("/text", "hello you"), ("/blocking", "9")] {
        let (request, _) = pieces(path, [Wait, Data("hello"), Data(""), Wait, Wait, Data(" you"), Trailers]);
        send(&service, request).await.is(200, expected);
    }
    let (request, _) = pieces("/json", [Data("[1,2"), Wait, Data("0]")]);
    send(&service, request).await.is(200, "21");
    let (request, _) = pieces("/shared", [Data("[1,2]")]);
    send(&service, request).await.is(200, "2 3");
}

async fn a_body_that_is_awaited_takes_no_place_in_the_pool(rt: Rt) {
    use Piece::{Data, Wait};
    let settings = Settings::default().blocking_threads(1).blocking_queue(0);
    let service =
        App::builder().settings(settings).runtime(rt).build().await.expect("nothing is built").service(&TABLE);
    let mut uploads = Vec::new();
    for _ in 0..3 {
        let (upload, _) = pieces("/blocking", [Wait, Data("hello"), Wait, Data("you")]);
        let mut upload = service.handle(upload, None);
        assert!(at_most(1, &mut upload).await.is_none());
        uploads.push(upload);
    }
    let (other, _) = pieces("/blocking", [Data("you")]);
    send(&service, other).await.is(200, "3");
    // One that is given up has no place to give back; those that come back find one.
    uploads.pop();
    for upload in uploads {
        assert_eq!(upload.await.status(), 200);
    }
    // The pool is as large as it was.
    let (last, _) = pieces("/blocking", [Data("hello")]);
    send(&service, last).await.is(200, "5");
}

async fn an_empty_body_is_empty(rt: Rt) {
    let service = service(rt).await;
    for path in ["/bytes", "/text"] {
        send(&service, request("POST", path)).await.is(200, "");
        let (request, _) = pieces(path, []);
        send(&service, request).await.is(200, "");
        let (request, _) = pieces(path, [Piece::Trailers]);
        send(&service, request).await.is(200, "");
    }
    let empty = send(&service, json("POST", "/json", "")).await;
    empty.is_status(400);
    assert!(empty.body.contains("empty"), "{}", empty.body);
}

async fn what_says_that_it_is_something_else_is_not_read(rt: Rt) {
    use Piece::{Break, Data};
    let service = service(rt).await;
    for path in ["/json", "/shared"] {
        let (mut request, polls) = pieces(path, [Data("[1"), Break]);
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        let answer = send(&service, request).await;
        answer.is_status(415);
        assert_eq!((answer.header("accept"), polls.count()), (Some("application/json"), 0), "{path}");
    }
}

async fn a_body_past_the_limit_is_a_413(rt: Rt) {
    use Piece::{Data, Wait};
    let service = service(rt).await;
    let (request, _) = pieces("/bytes", [Data("0123456789")]);
    send(&service, request).await.is(200, "0123456789");
    let (request, _) = pieces("/bytes", [Data("0123456789a")]);
    send(&service, request).await.is_status(413);
    let (request, polls) = pieces("/bytes", [Data("01234"), Wait, Data("56789"), Data("a"), Data("never read")]);
    send(&service, request).await.is_status(413);
    assert_eq!(polls.count(), 4);
    // One that says so itself is not read at all.
    for length in [11, u64::MAX] {
        let (request, polls) = pieces("/blocking", [Data("0")]);
        let request = request.map(|body| body.saying(length));
        send(&service, request).await.is_status(413);
        assert_eq!(polls.count(), 0);
    }
}

async fn a_body_that_breaks_off_is_a_400(rt: Rt) {
    let service = service(rt).await;
    for path in ["/bytes", "/json", "/blocking"] {
        let (request, _) = pieces(path, [Piece::Data("[1"), Piece::Break]);
        send(&service, request).await.is_status(400);
    }
}

async fn a_body_that_panics_is_a_500(rt: Rt) {
    let service = service(rt).await;
    for path in ["/bytes", "/shared"] {
        let (request, _) = pieces(path, [Piece::Data("[1"), Piece::Wait, Piece::Panic]);
        send(&service, request).await.is_status(500);
    }
}

async fn a_body_nobody_asks_for_is_not_read(rt: Rt) {
    let service = service(rt).await;
    let (request, polls) = pieces("/ignored", [Piece::Data("[1"), Piece::Break]);
    send(&service, request).await.is(200, "ignored");
    assert_eq!(polls.count(), 0);
}

async fn what_is_no_json_is_refused_for_what_it_is(rt: Rt) {
    let service = service(rt).await;
    let mut plain = json("POST", "/json", "[1]");
    plain.headers_mut().insert("content-type", "text/plain".parse().expect("static"));
    send(&service, plain).await.is_status(415);
    let malformed = send(&service, json("POST", "/json", "[1,\n }")).await;
    malformed.is_status(400);
    assert!(malformed.body.contains("line 2"), "{}", malformed.body);
    let misshapen = send(&service, json("POST", "/json", "[1, -2]")).await;
    misshapen.is_status(422);
    assert!(misshapen.body.contains("\"pointer\":\"/1\""), "{}", misshapen.body);
}

on_every_executor![
    pieces_are_joined,
    a_body_that_is_awaited_takes_no_place_in_the_pool,
    an_empty_body_is_empty,
    what_says_that_it_is_something_else_is_not_read,
    a_body_past_the_limit_is_a_413,
    a_body_that_breaks_off_is_a_400,
    a_body_that_panics_is_a_500,
    a_body_nobody_asks_for_is_not_read,
    what_is_no_json_is_refused_for_what_it_is,
];
