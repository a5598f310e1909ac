//! What is left to do once a response has gone out?

use std::{
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
    unwind::{Panic, discard, guard, message},
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

/// A task. Its drop does not panic, so that many can be dropped together.
struct Task(Option<Work>);

enum Work {
    Async(BoxFuture<'static, ()>),
    Blocking(Box<dyn FnOnce() + Send>),
}

impl Drop for Task {
    fn drop(&mut self) {
        guard("a background task", || self.0 = None);
    }
}

impl BackgroundTasks {
    /// Adds an asynchronous task.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.add(Work::Async(Box::pin(task)));
    }

    /// Adds a task that blocks, which runs on the blocking pool.
    pub fn spawn_blocking(&self, task: impl FnOnce() + Send + 'static) {
        self.add(Work::Blocking(Box::new(task)));
    }

    fn add(&self, work: Work) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Task(Some(work)));
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
            for mut task in tasks {
                match &task.0 {
                    _ if orphans.is_cut() => drop(task),
                    Some(Work::Blocking(_)) => on_pool(pool, task).await,
                    _ => catching(&mut task, orphans).await,
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
async fn catching(task: &mut Task, orphans: &Orphans) {
    let Some(Work::Async(future)) = &mut task.0 else { return };
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Pending) if orphans.is_cut() => Poll::Ready(()),
        Ok(poll) => poll,
        Err(panic) => {
            panicked(panic);
            Poll::Ready(())
        }
    })
    .await;
}

async fn on_pool(pool: &Arc<Pool>, mut task: Task) {
    let blocking = Blocking::run(pool, move || {
        if let Some(Work::Blocking(work)) = task.0.take() {
            work();
        }
    });
    if let End::Panicked(panic) = poll_fn(|cx| blocking.poll_end(cx)).await {
        panicked(panic);
    }
}

fn panicked(panic: Panic) {
    tracing::error!("a background task panicked: {}", message(&*panic));
    discard(panic);
}
