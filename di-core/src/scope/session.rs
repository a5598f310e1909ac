//! What goes on once a response's head has gone out?
//!
//! A *session*: what a websocket has. The route's dependencies are built as for any request, and what refuses there is a
//! plain response. Then the head that opens the session goes out, and the block moves to a task of its own, which runs the
//! handler and, after it, the teardowns. The last of it takes the place of the response: the peer is told how it ended.
//!
//! ```text
//! Steps ──> Opened ──> Handler ──> Teardown ──> close ──> after the response
//!   └── a refusal is a plain response
//! ```
//!
//! Who speaks the session's protocol is not known here: [`Opens`] and [`Session`] are what is asked of it.
#![allow(unsafe_code)]

use std::{
    collections::HashMap,
    error::Error,
    fmt,
    future::Future,
    marker::PhantomData,
    mem::ManuallyDrop,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use http::{StatusCode, request::Parts};

use super::{
    Answering,
    after::Sent,
    block::BlockRef,
    drive::{self, Core, Stage},
    left::Kind,
    request::Env,
};
use crate::{
    executor::Executor,
    graph::{HandlerCall, RouteRecord, SessionInfo},
    outcome::Outcome,
    response::{Response, sources},
    rt::BoxFuture,
    unwind::guard,
};

/// How long a handler may go on that has not noticed that its peer has gone.
const UNNOTICED: Duration = Duration::from_secs(30);

/// What opens the sessions of a route: the part of a protocol that looks at requests.
pub trait Opens: fmt::Debug + Sync {
    /// Looks at a request before anything is built for it, guards included: is it one that opens a session at all?
    ///
    /// # Errors
    ///
    /// The response to one that does not.
    fn open(&self, parts: &mut Parts, executor: &Executor) -> Result<Arc<dyn Session>, Response>;
}

/// One session, as the engine sees it.
pub trait Session: Send + Sync {
    /// The head that opens it. What has been refused until now was a plain response.
    fn accept(&self) -> Response;

    /// Does what there is to do while the handler waits for something. Ready once the peer has gone and the handler has not
    /// noticed.
    fn poll(&self, cx: &mut Context<'_>) -> Poll<()>;

    /// Tells the peer that the server is about to stop.
    fn go_away(&self);

    /// The code that it ends with: the handler has returned, or has `failed`.
    fn code(&self, failed: bool) -> u16;

    /// Tells the peer that it has ended, if the peer does not know, and waits until that is done.
    fn close(&self, code: u16) -> BoxFuture<'static, ()>;
}

/// The session that a request opens, among its extensions.
#[derive(Clone)]
struct Opened(Arc<dyn Session>);

/// Looks at a request to a route with sessions; others pass.
pub(super) fn look(env: &Env, route: &RouteRecord, parts: &mut Parts) -> Result<(), Response> {
    if let HandlerCall::Session(_, info) = route.call {
        let session = info.opens.open(parts, &env.executor())?;
        parts.extensions.insert(Opened(session));
    }
    Ok(())
}

fn session(block: &BlockRef) -> &Arc<dyn Session> {
    let incoming = block.header().incoming.as_ref().expect("a session is opened by a request");
    &incoming.parts.extensions.get::<Opened>().expect("the request has been looked at").0
}

/// Gives out the head; the handler's turn comes in the session's task.
pub(super) fn open(block: &BlockRef, core: &mut Core) {
    let mut head = session(block).accept();
    let status = head.status();
    drive::decorate(block, &mut head);
    *head.status_mut() = status;
    core.response = Some(head);
    core.opened = true;
    core.stage = Stage::Opened;
}

/// Moves a block whose head has been given out to a task of its own.
pub(super) fn start(block: BlockRef) {
    let env = Arc::clone(&block.header().env);
    let session = Arc::clone(session(&block));
    let registration = env.sessions.enter(&session);
    let at = *block;
    let running = Running { block: Some(block), session, stage: Going::Handler, unnoticed: None, registration };
    env.orphans.spawn(&*env.runtime, Kind::Session, at, running);
}

/// The failure of a session's handler, in the response that stands for what it returned.
#[derive(Clone)]
struct Failure(Arc<dyn Error + Send + Sync>);

/// The output of a session's handler that returns nothing.
#[derive(Debug)]
pub struct SessionValue;

/// The output of a session's handler that returns a `Result`, whose error is that of `fn() -> E`.
#[derive(Debug)]
pub struct SessionResult<E>(PhantomData<E>);

impl Answering<()> for SessionValue {
    fn answer(_: &RouteRecord, (): ()) -> Response {
        Response::default()
    }
}

impl<E> Answering<Result<(), E>> for SessionResult<fn() -> E> {
    fn answer(route: &RouteRecord, output: Result<(), E>) -> Response {
        let mut response = Response::default();
        if let Err(error) = output {
            let HandlerCall::Session(_, SessionInfo { boxed: Some(boxed), .. }) = route.call else {
                unreachable!("the compiler has refused an error that cannot be logged")
            };
            let mut error = ManuallyDrop::new(error);
            // SAFETY: the record belongs to the handler, whose error is what its probe was asked about, and which is handed
            // over.
            let error = unsafe { boxed((&raw mut error).cast()) };
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response.extensions_mut().insert(Failure(Arc::from(error)));
        }
        response
    }
}

/// Says how a session has ended whose handler has: `response` stands for what it returned.
pub(super) fn outcome(block: &BlockRef, response: &mut Response) -> Outcome {
    let failure = response.extensions_mut().remove::<Failure>();
    let code = session(block).code(failure.is_some());
    if let Some(Failure(error)) = failure {
        let name = block.header().route.map_or("", |route| route.meta.name);
        let error: &(dyn Error + 'static) = &*error;
        // That a peer breaks off is nobody's mistake.
        if code == 1011 {
            tracing::error!("`{name}` failed: {error}{}", sources(error));
        } else {
            tracing::debug!("`{name}` ended with code {code}: {error}{}", sources(error));
        }
    }
    Outcome::Closed { code }
}

/// The task of a session.
struct Running {
    block: Option<BlockRef>,
    session: Arc<dyn Session>,
    stage: Going,
    /// Runs while the peer has gone and the handler has not noticed.
    unnoticed: Option<BoxFuture<'static, ()>>,
    registration: Registration,
}

enum Going {
    Handler,
    /// Cut off: what is left are the teardowns.
    Cut,
    Closing(BoxFuture<'static, ()>),
}

impl Running {
    /// Gives up on the handler, unless something of it is with the pool: then when that is back.
    fn cut(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(block) = &self.block else { return Poll::Ready(()) };
        if block.header().hop.is_out() && block.header().hop.wait(cx.waker()) {
            return Poll::Pending;
        }
        // SAFETY: nothing of the block is with the pool, so this task is its driver, and no other borrow is alive.
        drive::cancel(block, unsafe { block.core() });
        self.stage = Going::Cut;
        Poll::Ready(())
    }

    /// Does what is to be done beside the handler; ready if it has been given up.
    fn beside(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.unnoticed_for_long(cx) {
            return Poll::Pending;
        }
        tracing::debug!("a session's handler was dropped: its peer has gone, and it had not noticed for {UNNOTICED:?}");
        self.cut(cx)
    }

    fn unnoticed_for_long(&mut self, cx: &mut Context<'_>) -> bool {
        if self.session.poll(cx).is_pending() {
            self.unnoticed = None;
            return false;
        }
        let Some(block) = &self.block else { return false };
        let runtime = &block.header().env.runtime;
        let sleep = self.unnoticed.get_or_insert_with(|| runtime.sleep(UNNOTICED));
        sleep.as_mut().poll(cx).is_ready()
    }

    /// What follows the handler and its teardowns: the last word to the peer.
    fn closing(&self, block: &BlockRef) -> BoxFuture<'static, ()> {
        // SAFETY: the block is done, so this is its driver, and no teardown runs.
        let (response, outcome) = unsafe { (block.core().response.take(), block.outcome()) };
        guard("the response", || drop(response));
        self.session.close(match outcome {
            Outcome::Closed { code } => *code,
            // A panic, a teardown that failed.
            _ => 1011,
        })
    }
}

impl Future for Running {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        loop {
            let cut = this.registration.is_cut(cx);
            match &mut this.stage {
                Going::Closing(closing) => {
                    if !cut {
                        ready!(closing.as_mut().poll(cx));
                    }
                    break;
                }
                Going::Handler if cut => ready!(this.cut(cx)),
                Going::Handler | Going::Cut => {}
            }
            let Some(block) = &this.block else { return Poll::Ready(()) };
            match (drive::poll(block, cx), &this.stage) {
                (Poll::Ready(()), Going::Handler) => this.stage = Going::Closing(this.closing(block)),
                (Poll::Ready(()), _) => break,
                (Poll::Pending, Going::Handler) => ready!(this.beside(cx)),
                (Poll::Pending, _) => return Poll::Pending,
            }
        }
        // Background tasks, and what is torn down after them.
        drop(this.block.take().map(Sent::new));
        Poll::Ready(())
    }
}

/// The sessions that are open, so that a shutdown can end them.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<Open>);

#[derive(Default)]
struct Open {
    leaving: bool,
    next: u64,
    open: HashMap<u64, (Arc<dyn Session>, Arc<Cut>)>,
    /// Whom to tell beside them.
    waiting: HashMap<u64, Waker>,
}

/// One who waits until the server is about to stop, once it has asked.
#[derive(Default)]
pub(crate) struct Waiting(Option<u64>);

/// Whether a session has been cut off, and whom to tell.
#[derive(Default)]
struct Cut {
    cut: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Cut {
    fn set(&self) {
        self.cut.store(true, Ordering::Release);
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// A session's registration among those that are open, undone when it is dropped.
struct Registration {
    sessions: Arc<Sessions>,
    id: u64,
    cut: Arc<Cut>,
}

impl Sessions {
    fn enter(self: &Arc<Self>, session: &Arc<dyn Session>) -> Registration {
        let cut = Arc::new(Cut::default());
        let mut all = self.lock();
        let id = all.next;
        all.next += 1;
        all.open.insert(id, (Arc::clone(session), Arc::clone(&cut)));
        let leaving = all.leaving;
        drop(all);
        if leaving {
            session.go_away();
        }
        Registration { sessions: Arc::clone(self), id, cut }
    }

    /// Tells all, and those to come, that the server is about to stop.
    pub(crate) fn go_away(&self) {
        let (open, waiting): (Vec<_>, _) = {
            let mut all = self.lock();
            all.leaving = true;
            let open = all.open.values().map(|(session, _)| Arc::clone(session)).collect();
            (open, std::mem::take(&mut all.waiting))
        };
        open.iter().for_each(|session| session.go_away());
        waiting.into_values().for_each(Waker::wake);
    }

    /// Ready once all have been told that the server is about to stop.
    pub(crate) fn poll_leaving(&self, waiting: &mut Waiting, cx: &Context<'_>) -> Poll<()> {
        let mut all = self.lock();
        if all.leaving {
            return Poll::Ready(());
        }
        let id = waiting.0.unwrap_or(all.next);
        if waiting.0.replace(id).is_none() {
            all.next += 1;
        }
        let before = match all.waiting.get(&id) {
            Some(waker) if waker.will_wake(cx.waker()) => None,
            _ => all.waiting.insert(id, cx.waker().clone()),
        };
        drop(all);
        // Not under the lock: what a waker owns may be anything.
        drop(before);
        Poll::Pending
    }

    /// Tells one no more who has waited.
    pub(crate) fn forget(&self, waiting: &Waiting) {
        let waker = waiting.0.and_then(|id| self.lock().waiting.remove(&id));
        drop(waker);
    }

    /// Cuts all off; says how many there were.
    pub(crate) fn cut(&self) -> usize {
        let open: Vec<_> = self.lock().open.values().map(|(_, cut)| Arc::clone(cut)).collect();
        open.iter().for_each(|cut| cut.set());
        open.len()
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registration {
    /// Whether the session has been cut off; asks to be woken when it is.
    fn is_cut(&self, cx: &mut Context<'_>) -> bool {
        let mut waker = self.cut.waker.lock().unwrap_or_else(PoisonError::into_inner);
        // Read under the lock that `set` takes after it has set it: no wake-up is lost.
        if self.cut.cut.load(Ordering::Acquire) {
            return true;
        }
        let before = match &*waker {
            Some(known) if known.will_wake(cx.waker()) => None,
            _ => waker.replace(cx.waker().clone()),
        };
        drop(waker);
        // Not under the lock: what a waker owns may be anything.
        drop(before);
        false
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let left = self.sessions.lock().open.remove(&self.id);
        // Not under the lock: what a session owns may be anything.
        drop(left);
    }
}
