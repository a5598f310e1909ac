//! What is an application, once its container is built?
#![allow(unsafe_code)]

use std::{
    fmt,
    future::{Future, poll_fn},
    ops::Deref,
    pin::{Pin, pin},
    sync::Arc,
    task::{Poll, ready},
    time::Duration,
};

use crate::{
    graph::{MISSING, NodeRef, Sends},
    pool::Pool,
    rt::Runtime,
    scope::{self, BuildError, Env, Field, Given, Live, Orphans, Sessions, Slots, Unfinished},
    settings::Settings,
};

/// A type that holds an application's singletons; derived.
///
/// `#[derive(Container)]` writes this implementation and a builder: a method for each field, and `build`. At the end its
/// fields are dropped one by one, so that it cannot implement `Drop` itself.
///
/// All requests share it: what its fields hold is `Send` and `Sync`, which the derive asks of each of them. Functions that are
/// generic over the container and hand a `&C` to another thread say so, `C: Container + Sync`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no container",
    label = "not a container",
    note = "help: put `#[derive(Container)]` on `{Self}`"
)]
pub trait Container: Sized + 'static {
    /// Says that it is `Send`; a field that is not is reported where it stands, and the container not again.
    #[doc(hidden)]
    const SENDS: Option<Sends<Self>>;

    /// Says that it is `Sync`, likewise.
    #[doc(hidden)]
    const SHARES: Option<Sends<&'static Self>>;

    /// The fields, in order.
    #[doc(hidden)]
    const FIELDS: &'static [Field];

    /// The provider of [`GrantedScopes`](crate::GrantedScopes), if there is one.
    #[doc(hidden)]
    const GRANTED: NodeRef = NodeRef::new(&MISSING);

    /// Moves built values into the fields.
    #[doc(hidden)]
    fn __di_assemble(slots: &mut Slots) -> Self;
}

/// A group of singletons that a container includes as one field; derived.
///
/// A library brings the singletons of its providers as a part: a container that has a field of the type, marked
/// `#[container(part)]`, has them all.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no part of a container",
    label = "not a part",
    note = "help: derive `ContainerPart` for `{Self}`"
)]
pub trait ContainerPart: Sized {
    /// The part in the container `C`.
    #[doc(hidden)]
    type In<C>;

    #[doc(hidden)]
    fn __di_assemble(slots: &mut Slots) -> Self;
}

/// `Self` is what a container's builder is handed for its part `P`: a struct beside the part, of its inputs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what the part `{P}` is handed",
    label = "not the inputs of `{P}`",
    note = "help: hand over its inputs, `{P}Inputs {{ .. }}`"
)]
pub trait InputsOf<P> {
    /// Hands each over.
    #[doc(hidden)]
    fn __di_give(self, parts: &mut Parts);
}

/// `Self` is a part that has no inputs, so that nothing of it is handed to a builder.
pub trait WithoutInputs {}

/// A part in one container, which provides what the part's singletons depend on.
#[doc(hidden)]
pub trait PartFields {
    /// The part's fields.
    const FIELDS: &'static [Field];
}

/// Time for tasks to be dropped: one that blocks its thread of the executor is not.
const DROP_GRACE: Duration = Duration::from_secs(1);

/// A built application: its container, and what its requests share. Cheap to clone.
///
/// It dereferences to the container.
pub struct Application<C> {
    container: Arc<Live<C>>,
    runtime: Arc<dyn Runtime>,
    pool: Arc<Pool>,
    settings: Settings,
    orphans: Arc<Orphans>,
    sessions: Arc<Sessions>,
}

impl<C> Clone for Application<C> {
    fn clone(&self) -> Self {
        Self {
            container: Arc::clone(&self.container),
            runtime: Arc::clone(&self.runtime),
            pool: Arc::clone(&self.pool),
            settings: self.settings.clone(),
            orphans: Arc::clone(&self.orphans),
            sessions: Arc::clone(&self.sessions),
        }
    }
}

impl<C> Deref for Application<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.container
    }
}

impl<C> fmt::Debug for Application<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl<C: Container> Application<C> {
    /// The executor that the application was built with.
    #[must_use]
    pub fn runtime(&self) -> &Arc<dyn Runtime> {
        &self.runtime
    }

    /// Tells the peers of all sessions, such as websockets, that the server is about to stop, and those of sessions to come.
    ///
    /// Their handlers see the end of it and return; whoever waits for [`Executor::stopping`](crate::Executor::stopping) goes on.
    /// `serve` of `di-server` calls this when it is asked to stop; so should whoever serves the application by other means.
    pub fn close_sessions(&self) {
        self.sessions.go_away();
    }

    /// Cuts off all sessions that are open: their handlers are dropped, and teardowns run with the outcome
    /// [`Cancelled`](crate::Outcome::Cancelled). Says how many there were.
    ///
    /// A server calls this when those that it has asked to end have not.
    pub fn cut_sessions(&self) -> usize {
        self.sessions.cut()
    }

    /// Waits until nothing is left to do of any request: no session is open, no client has gone whose request is not over, no
    /// background task or [`Held`](crate::scope::Held) is left, and nothing runs on the blocking pool.
    ///
    /// A server calls this once it has stopped accepting.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn idle(&self) {
        poll_fn(|cx| {
            ready!(self.pool.poll_idle(cx));
            ready!(self.orphans.poll_none(cx));
            // A thread counts until it has let go of the request whose end has just been seen.
            self.pool.poll_idle(cx)
        })
        .await;
    }

    /// What [`idle`](Self::idle) would wait for now.
    #[must_use]
    pub fn unfinished(&self) -> Unfinished {
        Unfinished { blocking: self.pool.busy(), ..self.orphans.unfinished() }
    }

    /// Cuts off what is [`unfinished`](Self::unfinished), and what comes: [sessions](Self::cut_sessions) and requests whose
    /// clients have gone are cancelled, background tasks are dropped. Teardowns run, with the outcome
    /// [`Cancelled`](crate::Outcome::Cancelled) where the handler had not ended. Says what there was.
    ///
    /// What is on a blocking thread cannot be cut, nor what a [`Held`](crate::scope::Held) is used for elsewhere.
    ///
    /// A server calls this when its grace time has passed. The application is of no use after it but to be ended.
    pub fn cut(&self) -> Unfinished {
        let unfinished = self.unfinished();
        self.orphans.cut();
        self.cut_sessions();
        unfinished
    }

    /// Ends the application: [closes its sessions](Self::close_sessions), waits until it is [`idle`](Self::idle), then tears its singletons down, each before what it
    /// depends on, and drops them in the same order.
    ///
    /// A server calls this once it has stopped accepting; other programs may at the end of `main`. Where clones of the
    /// application are left, or services made of it, its singletons are still in use, and this only waits for requests:
    /// the last one that is dropped starts the teardown, on the application's executor.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped the singletons are dropped too, in the same order, but those that have not been torn down
    /// are not.
    pub async fn shutdown(self) {
        self.close_sessions();
        self.idle().await;
        self.end().await;
    }

    /// Ends the application whatever is left: [cuts that off](Self::cut), drops it, teardowns included, and tears the
    /// singletons down. Says what could not be dropped: what is on a blocking thread, and what a
    /// [`Held`](crate::scope::Held) keeps elsewhere. That may still use singletons, which are then torn down after it, on the
    /// application's executor.
    ///
    /// # Cancel safety
    ///
    /// As for [`shutdown`](Self::shutdown).
    pub async fn shutdown_now(self) -> Unfinished {
        self.cut();
        self.orphans.drop_tasks();
        self.idle_before(self.runtime.sleep(DROP_GRACE)).await;
        let unfinished = self.unfinished();
        self.end().await;
        unfinished
    }

    /// Waits until the application is [`idle`](Self::idle), or for `limit`; says whether it is.
    #[doc(hidden)]
    pub async fn idle_before(&self, limit: impl Future<Output = ()>) -> bool {
        let (mut idle, mut limit) = (pin!(self.idle()), pin!(limit));
        poll_fn(|cx| match idle.as_mut().poll(cx) {
            Poll::Pending => limit.as_mut().poll(cx).map(|()| false),
            Poll::Ready(()) => Poll::Ready(true),
        })
        .await
    }

    /// Tears the singletons down, if nobody uses them.
    async fn end(self) {
        let Self { container, .. } = self;
        match Arc::into_inner(container) {
            Some(container) => container.end().await,
            // A worker that keeps it is easily overlooked, and where the program ends now nothing is torn down.
            None => tracing::info!("the application is still in use: its singletons are torn down once nobody has it"),
        }
    }

    pub(crate) fn env(&self, plans: Vec<scope::plan::Plan>) -> Env {
        let container: Arc<Live<C>> = Arc::clone(&self.container);
        Env {
            container: Some(container),
            runtime: Arc::clone(&self.runtime),
            pool: Arc::clone(&self.pool),
            settings: self.settings.clone(),
            plans,
            orphans: Arc::clone(&self.orphans),
            sessions: Arc::clone(&self.sessions),
        }
    }
}

/// Of what may not be shared by threads.
const REFUSED: &str = "the compiler has refused a container that may not be shared by threads";

/// What a container's builder has been handed so far; the derived builder wraps it.
#[derive(Default)]
#[allow(missing_debug_implementations)]
pub struct Parts {
    given: Vec<Given>,
    settings: Settings,
}

impl Parts {
    /// Hands over the value of the field of type `T`.
    ///
    /// # Panics
    ///
    /// Panics if nothing says that it is `Send`: a program in which that is so has been refused by the compiler.
    pub fn give<T: 'static>(&mut self, value: T, sends: Option<Sends<T>>) {
        self.given.push(Given::new(value, sends.expect(REFUSED)));
    }

    /// Hands over the value of the field of type `T` whose name is `K`.
    ///
    /// # Panics
    ///
    /// As [`give`](Self::give).
    pub fn give_named<K: 'static, T: 'static>(&mut self, value: T, sends: Option<Sends<T>>) {
        self.given.push(Given::named::<K, T>(value, sends.expect(REFUSED)));
    }

    /// Replaces the settings.
    pub fn settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// [`build`](Self::build), boxed: a builder's `where` clauses are then reported once.
    #[must_use]
    pub fn start<C: Container>(self, runtime: Arc<dyn Runtime>) -> Building<C> {
        Box::pin(self.build(runtime))
    }

    /// Builds what was not handed over, then the container.
    ///
    /// # Errors
    ///
    /// The first singleton, in the order of the fields and of what they depend on, whose provider failed or panicked.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future tears down what has been built, as something that was cancelled.
    ///
    /// # Panics
    ///
    /// Panics if nothing says that the container is `Send` and `Sync`: then the compiler has refused one of its fields.
    pub async fn build<C: Container>(self, runtime: Arc<dyn Runtime>) -> Result<Application<C>, BuildError> {
        let sends = (C::SENDS.expect(REFUSED), C::SHARES.expect(REFUSED));
        let Self { given, settings } = self;
        let pool = Pool::new(Arc::clone(&runtime), settings.blocking_threads, settings.blocking_queue);
        let orphans = Arc::new(Orphans::default());
        let plan = scope::startup_plan(C::FIELDS, &given);
        let env = Env {
            container: None,
            runtime: Arc::clone(&runtime),
            pool: Arc::clone(&pool),
            settings: settings.clone(),
            plans: vec![plan],
            orphans: Arc::clone(&orphans),
            sessions: Arc::default(),
        };
        let mut slots = scope::build(Arc::new(env), given).await?;
        let container = C::__di_assemble(&mut slots);
        // SAFETY: the derived `__di_assemble` has taken each field from its slot, and the container drops nothing else.
        let container = Arc::new(unsafe { Live::new(container, sends, slots.built()) });
        Ok(Application { container, runtime, pool, settings, orphans, sessions: Arc::default() })
    }
}

/// A container that is being built.
pub type Building<C> = Pin<Box<dyn Future<Output = Result<Application<C>, BuildError>> + Send>>;

/// An input of a container that has been handed to its builder.
#[derive(Debug)]
pub struct Supplied;

/// An executor that `build` can find by itself, or was given.
#[diagnostic::on_unimplemented(
    message = "the application has no executor",
    label = "no executor to build on",
    note = "help: enable a feature of `di-server` (`tokio` or `smol`), or call `.runtime(..)` before `.build()`"
)]
pub trait HasRuntime {
    /// The executor.
    fn runtime(self) -> Arc<dyn Runtime>;
}

impl HasRuntime for Arc<dyn Runtime> {
    fn runtime(self) -> Arc<dyn Runtime> {
        self
    }
}
