//! How does hyper call the application? [`Calls`] is the hyper service of one connection. A [`Token`] travels from the
//! future into the response's body, so that the connection knows when nothing is in flight. What hyper leaves to its user is
//! seen to here: that a request names one host, and that no body is sent over HTTP/2 where HTTP has none.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use di_core::{response::is_bodiless, unwind::guard};
use http::{
    Extensions, HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version,
    header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING, UPGRADE},
    response::Parts,
};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use pin_project_lite::pin_project;

use super::service::App;
use super::stream::asked;
use super::watch::{Token, Watch};
use crate::headers::{Alphabet, is_repeated};

/// The service of one connection.
#[derive(Debug)]
pub(super) struct Calls<A> {
    app: A,
    peer: Option<SocketAddr>,
    extensions: Extensions,
    watch: Arc<Watch>,
    token: Token,
}

impl<A> Calls<A> {
    /// Calls the application with a request to open something, which may keep the connection in use.
    #[cfg(feature = "websocket")]
    #[cold]
    fn connect(&self, mut request: Request<Incoming>) -> A::Future
    where
        A: App,
    {
        request.extensions_mut().insert(Busy(self.token.clone()));
        self.app.call(request, self.peer)
    }

    pub(super) fn new(app: A, peer: Option<SocketAddr>, extensions: Extensions, watch: Arc<Watch>) -> Self {
        let token = watch.token();
        Self { app, peer, extensions, watch, token }
    }
}

/// Keeps a connection in use: what the token of a request is for as long as the request's response has a body, this is for
/// what a `CONNECT` has opened.
#[cfg(feature = "websocket")]
#[derive(Debug, Clone)]
pub(crate) struct Busy(#[expect(dead_code, reason = "held, never read")] Token);

impl<A: App> hyper::service::Service<Request<Incoming>> for Calls<A> {
    type Response = Response<InFlight<A::Body>>;
    type Error = Infallible;
    type Future = Call<A::Future>;

    #[inline]
    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let body_follows = !request.body().is_end_stream();
        self.watch.called(body_follows);
        let (token, is_head) = (Some(self.token.clone()), request.method() == Method::HEAD);
        let in_pieces = request.version() == Version::HTTP_2;
        if let Some(status) = refusal(&request, body_follows) {
            return Call { answer: Answer::Refused { status }, token, in_pieces, is_head };
        }
        if request.uri().authority().is_some() {
            tell_host(&mut request);
        }
        if !self.extensions.is_empty() {
            request.extensions_mut().extend(self.extensions.clone());
        }
        #[cfg(feature = "websocket")]
        if request.method() == Method::CONNECT {
            return Call { answer: Answer::Coming { future: self.connect(request) }, token, in_pieces, is_head };
        }
        Call { answer: Answer::Coming { future: self.app.call(request, self.peer) }, token, in_pieces, is_head }
    }
}

/// With what a request is refused before anything is called, if it is.
#[inline]
fn refusal<B>(request: &Request<B>, body_follows: bool) -> Option<StatusCode> {
    if !names_its_host(request) {
        return Some(StatusCode::BAD_REQUEST);
    }
    (body_follows && is_coded(request)).then_some(StatusCode::NOT_IMPLEMENTED)
}

/// Whether a request has the one `Host` that it has to have: others on its way may take another of two for it
/// ([RFC 9112 §3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2)). Before HTTP/1.1 it may have none, and in HTTP/2 it is what
/// `:authority` says ([RFC 9113 §8.3.1](https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1)).
fn names_its_host<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    if request.version() > Version::HTTP_11 {
        let authority = request.uri().authority().map(|authority| authority.as_str().as_bytes());
        let host = headers.get(HOST).map(HeaderValue::as_bytes);
        let same = authority.zip(host).is_none_or(|(authority, host)| authority.eq_ignore_ascii_case(host));
        let named = authority.or(host).is_none_or(|named| IN_HOST.has_all(named));
        return same && named && !is_repeated(headers, &HOST);
    }
    if request.uri().authority().is_some_and(|authority| !IN_HOST.has_all(authority.as_str().as_bytes())) {
        return false;
    }
    // Nearly every client sends it first, where it is found without a look-up.
    let first = headers.iter().next().filter(|(name, _)| *name == HOST).map(|(_, host)| host);
    match first.or_else(|| headers.get(HOST)) {
        Some(_) if is_repeated(headers, &HOST) => false,
        Some(host) => IN_HOST.has_all(host.as_bytes()),
        None => request.version() < Version::HTTP_11,
    }
}

/// Whether the body has a transfer coding beside `chunked`, which hyper leaves in it
/// ([RFC 9112 §6.1](https://www.rfc-editor.org/rfc/rfc9112#section-6.1)).
#[inline(never)]
fn is_coded<B>(request: &Request<B>) -> bool {
    request
        .headers()
        .get_all(TRANSFER_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked"))
}

/// Gives a request whose target names its host that one as its `Host`, where handlers and layers look for it: over HTTP/2 it has none, and
/// in HTTP/1.1 the target counts ([RFC 9112 §3.2.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2)).
#[inline(never)]
fn tell_host<B>(request: &mut Request<B>) {
    let host = request.uri().authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(host) = host {
        request.headers_mut().insert(HOST, host);
    }
}

/// What a name, an address or a port may have ([RFC 3986 §3.2.2](https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2)).
static IN_HOST: Alphabet = Alphabet::new(b".:-_[]~%!$&'()*+,;=");

/// From so many bytes on, a body is not copied to be sent at once with its head: that would cost more than it spares.
const LARGE: u64 = 32 << 10;

pin_project! {
    /// What a request is answered with: what the application says, or by this status where it is not asked.
    #[derive(Debug)]
    #[project = Asked]
    enum Answer<F> {
        Coming { #[pin] future: F },
        Refused { status: StatusCode },
    }
}

pin_project! {
    /// The response to come; it counts as in flight until dropped.
    #[derive(Debug)]
    pub(super) struct Call<F> {
        #[pin]
        answer: Answer<F>,
        // `None` once passed on to the response's body.
        token: Option<Token>,
        // Whether the body is given piece by piece, as over HTTP/2.
        in_pieces: bool,
        is_head: bool,
    }
}

impl<F, B> Future for Call<F>
where
    F: Future<Output = Response<B>>,
    B: Body,
{
    type Output = Result<Response<InFlight<B>>, Infallible>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let future = match this.answer.project() {
            Asked::Coming { future } => future,
            Asked::Refused { status } => return Poll::Ready(Ok(refused(*status, this.token.take()))),
        };
        // In parts, since a response is large enough for its moves to cost.
        let (mut head, body) = ready!(future.poll(cx)).into_parts();
        let token = this.token.take();
        if head.status.is_informational() && !is_upgrade(&head) {
            return Poll::Ready(Ok(unfinished(&head, token)));
        }
        let bodiless = *this.is_head || is_bodiless(head.status);
        if has_length(&head.headers) {
            correct_length(&mut head, &body, bodiless);
        }
        if bodiless {
            tell_length(&mut head, &body);
        } else if body.size_hint().exact().is_none_or(|size| size >= LARGE)
            && let Some(token) = &token
        {
            token.note_large();
        }
        let in_pieces = *this.in_pieces && !bodiless && !body.is_end_stream();
        let pieces = in_pieces.then(Box::default);
        let body = InFlight { body: (!bodiless).then_some(body), pieces, _token: token };
        Poll::Ready(Ok(Response::from_parts(head, body)))
    }
}

/// Whether this says that the connection now speaks another protocol.
fn is_upgrade(head: &Parts) -> bool {
    head.status == StatusCode::SWITCHING_PROTOCOLS && head.headers.contains_key(UPGRADE)
}

/// A 500 in the place of what ends no request ([RFC 9110 §15.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.2)).
#[cold]
fn unfinished<B>(head: &Parts, token: Option<Token>) -> Response<InFlight<B>> {
    tracing::error!("a handler has answered with {}, which is no final status", head.status);
    bare(StatusCode::INTERNAL_SERVER_ERROR, token)
}

/// The answer to what is no request, or none that is understood, as hyper gives it too.
#[cold]
fn refused<B>(status: StatusCode, token: Option<Token>) -> Response<InFlight<B>> {
    let mut response = bare(status, token);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn bare<B>(status: StatusCode, token: Option<Token>) -> Response<InFlight<B>> {
    let mut response = Response::new(InFlight { body: None, pieces: None, _token: token });
    *response.status_mut() = status;
    response
}

/// Whether there is a `Content-Length`. Many a response has one header, which is looked at faster than looked up.
#[inline]
fn has_length(headers: &HeaderMap) -> bool {
    match headers.len() {
        0 => false,
        1 => headers.keys().next().is_some_and(|name| *name == CONTENT_LENGTH),
        _ => headers.contains_key(CONTENT_LENGTH),
    }
}

/// Corrects a length that is not the body's: what is more than it would be read as the next response
/// ([RFC 9112 §6.3](https://www.rfc-editor.org/rfc/rfc9112#section-6.3)).
#[cold]
fn correct_length<B: Body>(head: &mut Parts, body: &B, bodiless: bool) {
    let (told, is) = (head.headers.get_all(CONTENT_LENGTH), body.size_hint().exact());
    let mut lengths = told.iter().map(|told| told.to_str().ok()?.parse::<u64>().ok());
    let right = match (lengths.next().flatten(), lengths.next(), is) {
        // A body of nothing may be one that has been left out.
        (Some(_), None, Some(0)) if bodiless => true,
        (Some(told), None, Some(is)) => told == is,
        (Some(_), None, None) => true,
        _ => false,
    };
    if right {
        return;
    }
    tracing::error!(?told, ?is, "a response's `Content-Length` is not that of its body, and has been corrected");
    match is {
        Some(is) => head.headers.insert(CONTENT_LENGTH, is.into()),
        None => head.headers.remove(CONTENT_LENGTH),
    };
}

/// Sets the length of a response that is sent without its body: to `HEAD` that of the body, where there never is one none.
#[cold]
fn tell_length<B: Body>(head: &mut Parts, body: &B) {
    if is_bodiless(head.status) {
        head.headers.remove(CONTENT_LENGTH);
    } else if let Some(length @ 1..) = body.size_hint().exact() {
        // A body of nothing may be one that the handler has left out.
        head.headers.entry(CONTENT_LENGTH).or_insert_with(|| length.into());
    }
}

pin_project! {
    /// A response's body, if it has one; it counts as in flight until dropped.
    #[derive(Debug)]
    pub(super) struct InFlight<B> {
        #[pin]
        body: Option<B>,
        pieces: Option<Box<Pieces>>,
        _token: Option<Token>,
    }

    impl<B> PinnedDrop for InFlight<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut body = this.project().body;
            // It may be the user's, whose panic must not take the connection, and what is still to be sent over it.
            if body.is_some() {
                guard("a response's body", || body.set(None));
            }
        }
    }
}

impl<B: Body<Data = Bytes>> Body for InFlight<B> {
    type Data = Bytes;
    type Error = B::Error;

    #[inline(always)]
    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.project();
        let Some(body) = this.body.as_pin_mut() else { return Poll::Ready(None) };
        match this.pieces {
            None => body.poll_frame(cx),
            Some(pieces) => pieces.poll(body, cx),
        }
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream) && self.rest() == 0
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        match self.rest() {
            0 => self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint),
            rest => self.size_with(rest),
        }
    }
}

impl<B: Body> InFlight<B> {
    /// Bytes of the last chunk that have not been given yet.
    #[inline]
    fn rest(&self) -> u64 {
        self.pieces.as_ref().map_or(0, |pieces| pieces.rest.len() as u64)
    }

    #[cold]
    fn size_with(&self, rest: u64) -> SizeHint {
        let (hint, mut whole) = (self.body.as_ref().map(Body::size_hint).unwrap_or_default(), SizeHint::new());
        whole.set_lower(hint.lower().saturating_add(rest));
        if let Some(upper) = hint.upper() {
            whole.set_upper(upper.saturating_add(rest));
        }
        whole
    }
}

/// A body over HTTP/2, in pieces: of each that is asked for it is known that the peer has taken what was before it. Of a large chunk
/// that is sent whole, nothing would be known for as long as a slow peer takes it.
#[derive(Debug, Default)]
struct Pieces {
    /// What is left of a chunk.
    rest: Bytes,
}

/// The largest piece: what a frame has where nothing else is agreed on
/// ([RFC 9113 §4.2](https://www.rfc-editor.org/rfc/rfc9113#section-4.2)).
const PIECE: usize = 16 << 10;

impl Pieces {
    // Apart, so that the rest is small enough to be a part of hyper's loop.
    #[inline(never)]
    fn poll<B: Body<Data = Bytes>>(
        &mut self,
        body: Pin<&mut B>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if self.rest.is_empty() {
            let polled = body.poll_frame(cx);
            asked(matches!(polled, Poll::Ready(Some(_))));
            match polled {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                other => return other,
            }
        } else {
            asked(true);
        }
        let piece = self.rest.split_to(self.rest.len().min(PIECE));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}
