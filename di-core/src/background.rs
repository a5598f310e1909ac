//! What is left to do once a response has gone out?

use std::{
    any::Any,
    convert::Infallible,
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};

use crate::{
    blocking::{Blocking, End},
    graph::{Brought, Node, NodeRef, Provide},
    pool::Pool,
    rt::BoxFuture,
    scope::{Args, Orphans},
};

/// Tasks that run after the response's body has gone out; ask for it like for any dependency. Cheap to clone.
///
/// They run one after the other, in the order in which they were added, on the application's executor or its blocking pool.
/// The request's values are still there: those that are torn down after the response, and those that are just dropped. A
/// shutdown waits for them within its grace time, and drops those that are left then; one that panics is logged, and the others
/// run. If the request does not succeed (a refusal, a status of 400 or more, a panic, a client that goes away before there is a
/// response), they are dropped.
#[derive(Clone, Default)]
pub struct BackgroundTasks(Arc<Mutex<Vec<Task>>>);

enum Task {
    Async(BoxFuture<'static, ()>),
    Blocking(Box<dyn FnOnce() + Send>),
}

impl BackgroundTasks {
    /// Adds an asynchronous task.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.add(Task::Async(Box::pin(task)));
    }

    /// Adds a task that blocks, which runs on the blocking pool.
    pub fn spawn_blocking(&self, task: impl FnOnce() + Send + 'static) {
        self.add(Task::Blocking(Box::new(task)));
    }

    fn add(&self, task: Task) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Drops them all.
    pub(crate) fn clear(&self) {
        let tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        // Not under the lock: what a task owns may be anything.
        drop(tasks);
    }

    /// Runs them all, those too that they add, until they are cut off.
    pub(crate) async fn run(&self, pool: &Arc<Pool>, orphans: &Orphans) {
        loop {
            let tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
            if tasks.is_empty() {
                return;
            }
            for task in tasks {
                match task {
                    _ if orphans.is_cut() => dropping(task),
                    Task::Async(task) => catching(task, orphans).await,
                    Task::Blocking(task) => on_pool(pool, task).await,
                }
            }
        }
    }
}

impl fmt::Debug for BackgroundTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        write!(f, "BackgroundTasks({count})")
    }
}

#[diagnostic::do_not_recommend]
impl<C> Provide<C> for BackgroundTasks {
    type Error = Infallible;
    const NODE: NodeRef = {
        static NODE: Node = Node::brought::<BackgroundTasks>("BackgroundTasks", "background_tasks");
        NodeRef::new(&NODE)
    };
}

impl Brought for BackgroundTasks {
    fn bring(_: Args<'_>) -> Self {
        Self::default()
    }
}

/// Polls a task to its end, or until it is cut off; its panic is logged.
async fn catching(mut task: BoxFuture<'static, ()>, orphans: &Orphans) {
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(cx))) {
        Ok(Poll::Pending) if orphans.is_cut() => Poll::Ready(()),
        Ok(poll) => poll,
        Err(panic) => {
            panicked(&*panic);
            Poll::Ready(())
        }
    })
    .await;
    dropping(Task::Async(task));
}

fn dropping(task: Task) {
    if catch_unwind(AssertUnwindSafe(|| drop(task))).is_err() {
        tracing::error!("dropping a background task panicked");
    }
}

async fn on_pool(pool: &Arc<Pool>, task: Box<dyn FnOnce() + Send>) {
    let blocking = Blocking::run(pool, task);
    if let End::Panicked(panic) = poll_fn(|cx| blocking.poll_end(cx)).await {
        panicked(&*panic);
    }
}

fn panicked(panic: &(dyn Any + Send)) {
    tracing::error!("a background task panicked: {}", crate::scope::message(panic));
}
