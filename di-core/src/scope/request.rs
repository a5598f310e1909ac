//! What becomes of a request between being routed and being answered?

use std::{
    any::Any,
    fmt,
    future::Future,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CONTENT_LENGTH, RETRY_AFTER},
    request::Parts,
};
use http_body::Body as _;

use super::{
    after::{Kept, Sent},
    block::{BlockRef, Unwritten},
    drive::{self, Core, Driver, Keep, Stage},
    left::{Kind, Orphans},
    plan::Plan,
    session::{self, Sessions},
    teardown,
    trace::Trace,
};
use crate::{
    body::Body,
    body_stream::{BodyError, BodyLimits, BodyStream},
    executor::Executor,
    graph::{Reading, RouteRecord},
    offload::Offload,
    pool::Pool,
    response::{IntoResponse, Problem, Response, is_bodiless},
    route::Route,
    rt::{BoxFuture, Runtime},
    service::Below,
    settings::{BodyDecoder, Settings},
    unwind::{caught, guard},
};

/// What every request of an application shares.
pub(crate) struct Env {
    /// The container; absent while it is being built.
    pub(crate) container: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) runtime: Arc<dyn Runtime>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) settings: Settings,
    pub(crate) plans: Vec<Plan>,
    pub(crate) orphans: Arc<Orphans>,
    pub(crate) sessions: Arc<Sessions>,
}

impl Env {
    /// What runs it, as functions may ask for it.
    pub(crate) fn executor(&self) -> Executor {
        Executor::new(Arc::clone(&self.runtime), Arc::clone(&self.pool), Arc::clone(&self.sessions))
    }

    /// Where a field of the container lies.
    pub(super) fn field(&self, offset: usize) -> *mut u8 {
        let container = self.container.as_ref().expect("a request has a container");
        std::ptr::from_ref(&**container).cast::<u8>().wrapping_add(offset).cast_mut()
    }
}

/// A request, as a block holds it.
pub(crate) struct Incoming {
    pub(crate) parts: Parts,
    pub(crate) route: Option<Route<'static>>,
    pub(crate) peer: Option<SocketAddr>,
}

/// A request's body, read when the first step asks for it.
pub(super) enum BodyState {
    Unread(Body),
    /// As a decoder has left it.
    Decoded(Body),
    /// With what has come of it.
    Reading(BodyStream, BytesMut),
    Read(Bytes),
    /// Read by this step as it comes.
    Streaming(usize, Box<dyn Reading>),
}

impl BodyState {
    /// Whether dropping it does anything.
    pub(super) fn holds_anything(&self) -> bool {
        match self {
            Self::Unread(body) => !body.is_end_stream(),
            Self::Decoded(_) | Self::Reading(..) | Self::Streaming(..) => true,
            Self::Read(bytes) => !bytes.is_empty(),
        }
    }

    /// Leaves a body unread that nobody has begun to read.
    #[cold]
    pub(super) fn leave(&mut self) {
        if let Self::Unread(_) = self {
            *self = Self::Read(Bytes::new());
        }
    }

    /// Sends a body that nobody has read through the application's decoder. `limits` are of what comes out of it.
    #[cold]
    pub(super) fn decode(
        &mut self,
        decoder: BodyDecoder,
        headers: &HeaderMap,
        limits: BodyLimits,
    ) -> Result<(), Problem> {
        if let Self::Unread(body) = self {
            // What cannot be compressed is larger as it is sent, and a body of nothing could go on for ever.
            let sent = limits.bytes.saturating_add(limits.bytes / 128).saturating_add(1024);
            let body = BodyStream::new(std::mem::take(body), BodyLimits { bytes: sent, ..limits }, Offload::default());
            let body = body.map_err(|_| BodyError::too_large(limits.bytes).problem())?;
            *self = Self::Decoded(decoder(headers, body)?);
        }
        Ok(())
    }

    /// The body, to be read as it comes; `None` while another step reads it.
    pub(super) fn take(&mut self, limits: BodyLimits, pool: &Arc<Pool>) -> Option<Result<BodyStream, BodyError>> {
        let body = match self {
            Self::Streaming(..) | Self::Reading(..) => return None,
            Self::Unread(body) | Self::Decoded(body) => std::mem::take(body),
            // As below.
            Self::Read(bytes) => Body::from(bytes.clone()),
        };
        *self = Self::Read(Bytes::new());
        Some(BodyStream::new(body, limits, Offload::new(pool)))
    }

    /// Reads on; a body of one frame is kept as it came.
    pub(super) fn poll(
        &mut self,
        limits: BodyLimits,
        pool: &Arc<Pool>,
        driver: &mut Driver<'_, '_>,
    ) -> Poll<Result<(), BodyError>> {
        loop {
            match self {
                Self::Read(_) => return Poll::Ready(Ok(())),
                // Only what a test has put in the place of a provider reads a body beside another.
                Self::Streaming(..) => return Poll::Pending,
                Self::Unread(body) | Self::Decoded(body) if body.is_end_stream() => *self = Self::Read(Bytes::new()),
                Self::Unread(body) | Self::Decoded(body) => {
                    let stream = BodyStream::new(std::mem::take(body), limits, Offload::new(pool))?;
                    *self = Self::Reading(stream, BytesMut::new());
                }
                Self::Reading(stream, read) => {
                    let Driver::Executor(cx) = driver else { return Poll::Pending };
                    match ready!(stream.poll_chunk(cx)).transpose()? {
                        None => *self = Self::Read(std::mem::take(read).freeze()),
                        Some(data) if read.is_empty() && stream.is_end_stream() => *self = Self::Read(data),
                        Some(data) => read.extend_from_slice(&data),
                    }
                }
            }
        }
    }
}

/// The response to a request, in the making.
///
/// # Cancel safety
///
/// Dropping it cancels the request: what runs is dropped, a function on the pool finishes there, and teardowns run on
/// the application's executor with the outcome [`Cancelled`](crate::Outcome::Cancelled).
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture(Inner);

enum Inner {
    /// Answered without a handler; boxed, so that the future of every other request is a pointer to its block.
    Ready(Box<Response>),
    Running(BlockRef),
    /// On its way through layers; boxed twice, for the same reason.
    Layered(Box<BoxFuture<'static, Response>>),
    Done,
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseFuture")
    }
}

impl ResponseFuture {
    /// An answer that needs no handler.
    pub(crate) fn ready(response: Response) -> Self {
        Self(Inner::Ready(Box::new(response)))
    }

    /// An answer that comes through the layers of a group.
    pub(crate) fn layered(future: BoxFuture<'static, Response>) -> Self {
        Self(Inner::Layered(Box::new(future)))
    }

    /// Drives a block.
    pub(super) fn of(block: BlockRef) -> Self {
        Self(Inner::Running(block))
    }

    /// Runs the plan that `room` is for, for a request. `below` is put into its extensions.
    #[inline]
    #[allow(unsafe_code)]
    pub(crate) fn run(
        room: Unwritten,
        route: &'static RouteRecord,
        incoming: Incoming,
        body: Body,
        head: bool,
        below: Option<Below>,
    ) -> Self {
        let block = BlockRef::new(room, Some(route), Some(incoming), BodyState::Unread(body));
        let (env, plan) = (&block.header().env, block.plan());
        // SAFETY: nobody else has the block yet.
        let (core, incoming) = unsafe { block.fresh() };
        core.head = head;
        core.trace = Trace::wanted(&env.settings, plan);
        let Some(Incoming { parts, .. }) = incoming else { unreachable!("it has just been given one") };
        if let Some(below) = below {
            parts.extensions.insert(below);
        }
        if plan.gated
            && let Err(response) = admit(env, plan, route, core, parts)
        {
            return Self::ready(env.settings.reshaped(response, parts));
        }
        Self::of(block)
    }
}

/// What is seen to before anything is built: a permit of the pool for what blocks, a look at what is to open a session.
fn admit(env: &Env, plan: &Plan, route: &RouteRecord, core: &mut Core, parts: &mut Parts) -> Result<(), Response> {
    session::look(env, route, parts)?;
    if plan.blocks {
        core.permit = Some(env.pool.admit().ok_or_else(busy)?);
    }
    Ok(())
}

/// The answer of a pool that has no permit left.
fn busy() -> Response {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE)
        .detail("too many requests are waiting for a blocking thread")
        .header(RETRY_AFTER, HeaderValue::from_static("1"))
        .into_response()
}

impl ResponseFuture {
    #[cold]
    fn poll_other(&mut self, cx: &mut Context<'_>) -> Poll<Response> {
        match std::mem::replace(&mut self.0, Inner::Done) {
            Inner::Ready(response) => Poll::Ready(*response),
            Inner::Layered(mut future) => {
                let polled = Pin::new(&mut *future).poll(cx);
                if polled.is_pending() {
                    self.0 = Inner::Layered(future);
                }
                polled
            }
            Inner::Running(_) | Inner::Done => panic!("a response is not polled after it is ready"),
        }
    }
}

impl Future for ResponseFuture {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let Inner::Running(block) = &self.0 else { return self.poll_other(cx) };
        ready!(drive::poll(block, cx));
        let Inner::Running(block) = std::mem::replace(&mut self.0, Inner::Done) else {
            unreachable!("it has just run")
        };
        Poll::Ready(response(&block))
    }
}

#[allow(unsafe_code)]
fn response(block: &BlockRef) -> Response {
    // SAFETY: the block is done, so this is its driver and the only borrow.
    let core = unsafe { block.core() };
    let header = block.header();
    // Changed where it lies: a response is large enough for its moves to cost.
    if let (Some(incoming), Some(refusals)) = (&header.incoming, &header.env.settings.refusals) {
        core.response = core.response.take().map(|response| refusals.reshape(response, &incoming.parts));
    }
    if core.head {
        core.response = core.response.take().map(without_body);
    }
    let response = core.response.take().expect("a block that is done has a response");
    if !block.plan().lingers {
        // SAFETY: as above, and the borrow is used no more.
        unsafe { block.clear() };
        return response;
    }
    core.release();
    if core.stage == Stage::Opened {
        core.stage = Stage::Handler;
        session::start(block.clone());
        return response;
    }
    if core.errors == Keep::ForJob {
        // Whoever runs the job is the holder now.
        return response;
    }
    let sent = Sent::new(block.clone());
    response.map(|body| Body::kept(Kept::new(body, sent)))
}

/// The answer of a `GET` route to `HEAD`: all but the body, whose length is told
/// ([RFC 9110 §9.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2)).
#[doc(hidden)]
#[must_use]
pub fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    // A 304 would tell the length of the 200, which is not known here; of the others nothing may be told (§8.6).
    let bodiless = is_bodiless(parts.status);
    // A body may be the user's, and so may what it does when it is asked or dropped.
    let hint = caught(|| body.size_hint()).unwrap_or_default();
    guard("the response", || drop(body));
    if !bodiless && let Some(length) = hint.exact() {
        parts.headers.entry(CONTENT_LENGTH).or_insert_with(|| length.into());
    }
    let body = if bodiless { Body::empty() } else { Body::left_out(hint) };
    Response::from_parts(parts, body)
}

impl Drop for ResponseFuture {
    #[inline]
    fn drop(&mut self) {
        if let Inner::Running(_) = &self.0
            && let Inner::Running(block) = std::mem::replace(&mut self.0, Inner::Done)
        {
            abandon(block);
        }
    }
}

/// Sees to a block whose client, or whoever else waited for it, has gone: at once if nothing is left to do, otherwise on the executor.
#[allow(unsafe_code)]
pub(super) fn abandon(block: BlockRef) {
    let header = block.header();
    let detached = header.route.is_some_and(|route| route.detached);
    if !detached {
        header.cancelled.store(true, Ordering::Relaxed);
        // What is with the pool is awaited, though it has a count of its own.
        if !header.hop.is_out() && !left_to_do(&block) {
            // SAFETY: nothing is with the pool, so this is the block's driver; the future that drove it is being dropped.
            unsafe { block.clear() };
            return;
        }
    }
    let env = Arc::clone(&header.env);
    let at = *block;
    let fate = if detached { Fate::GoesOn } else { Fate::Ends };
    let orphan = Orphan { block: Some(block), fate };
    env.orphans.spawn(&*env.runtime, Kind::Request, at, orphan);
}

/// Whether a block of which nothing is with the pool has anything to tear down.
#[allow(unsafe_code)]
fn left_to_do(block: &BlockRef) -> bool {
    if block.plan().lingers {
        return true;
    }
    if !block.plan().tears_down {
        return false;
    }
    // SAFETY: the block is not with the pool, so this is its driver and the only borrow.
    let core = unsafe { block.core() };
    // A step may be back from the pool without having been looked at.
    block.land(core);
    matches!(core.stage, Stage::Teardown(_))
        || (0..block.plan().steps.len()).any(|step| teardown::due(block, step, false))
}

/// A block whose client has gone, on its way to its end.
struct Orphan {
    block: Option<BlockRef>,
    fate: Fate,
}

/// What becomes of a block whose client has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Its handler goes on without a client, until there is a cut.
    GoesOn,
    /// It is to be cancelled.
    Ends,
    /// It has been.
    Cancelled,
}

impl Future for Orphan {
    type Output = ();

    #[allow(unsafe_code)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let Some(block) = &this.block else { return Poll::Ready(()) };
        if this.fate == Fate::GoesOn && block.header().env.orphans.is_cut() {
            block.header().cancelled.store(true, Ordering::Relaxed);
            this.fate = Fate::Ends;
        }
        if this.fate == Fate::Ends {
            if block.header().hop.is_out() && block.header().hop.wait(cx.waker()) {
                return Poll::Pending;
            }
            // SAFETY: nothing of the block is with the pool, so this is its driver and the only borrow.
            drive::cancel(block, unsafe { block.core() });
            this.fate = Fate::Cancelled;
        }
        let end = drive::poll(block, cx);
        if end.is_ready() {
            // SAFETY: the block is done, so this is its driver, and `poll` has given its borrow back.
            let core = unsafe { block.core() };
            core.release();
            let response = core.response.take();
            // Its body may hold what the teardowns after it wait for.
            guard("the response", || drop(response));
            if block.plan().lingers {
                drop(Sent::new(block.clone()));
            } else {
                // SAFETY: the block is done, so this is its driver, and `poll` has given its borrow back.
                unsafe { block.clear() };
            }
            this.block = None;
        }
        end
    }
}
