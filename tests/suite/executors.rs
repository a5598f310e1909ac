//! The executors that every case runs on: those that ship with `di-server`, and one that it does not know.

use std::{
    collections::BinaryHeap,
    future::Future,
    pin::Pin,
    sync::{
        Arc, LazyLock, Mutex,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    task::{Context, Poll, Wake, Waker},
    thread,
    time::{Duration, Instant},
};

use di_server::{
    rt::{BoxFuture, Runtime},
    server::{smol::SmolRuntime, tokio::TokioRuntime},
};

/// The executor that a case runs on.
#[derive(Clone)]
pub struct Rt(Arc<dyn Runtime>);

impl Rt {
    /// The tokio runtime that the caller is on.
    pub fn current_tokio() -> Self {
        Self(Arc::new(TokioRuntime::current()))
    }
}

impl Runtime for Rt {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        self.0.spawn(future);
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        self.0.spawn_blocking(job);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }
}

/// Makes a test of each case for each executor.
macro_rules! on_every_executor {
    ($($case:ident),* $(,)?) => {
        $crate::executors::on_every_executor!(@ tokio_threads: $($case)*);
        $crate::executors::on_every_executor!(@ tokio_current: $($case)*);
        $crate::executors::on_every_executor!(@ smol_global: $($case)*);
        $crate::executors::on_every_executor!(@ own: $($case)*);
    };
    (@ $executor:ident: $($case:ident)*) => {
        mod $executor {
            $(#[test] fn $case() { $crate::executors::$executor(super::$case); })*
        }
    };
}
pub(crate) use on_every_executor;

pub fn tokio_threads<F: Future<Output = ()> + Send + 'static>(case: fn(Rt) -> F) {
    on_tokio(tokio::runtime::Builder::new_multi_thread().worker_threads(2), case);
}

pub fn tokio_current<F: Future<Output = ()> + Send + 'static>(case: fn(Rt) -> F) {
    on_tokio(&mut tokio::runtime::Builder::new_current_thread(), case);
}

fn on_tokio<F: Future<Output = ()> + Send + 'static>(builder: &mut tokio::runtime::Builder, case: fn(Rt) -> F) {
    let runtime = builder.enable_all().build().expect("threads can be had");
    unless_it_hangs(move || {
        runtime.block_on(async { case(Rt::current_tokio()).await });
    });
}

pub fn smol_global<F: Future<Output = ()> + Send + 'static>(case: fn(Rt) -> F) {
    unless_it_hangs(move || smol::block_on(case(Rt(Arc::new(SmolRuntime::new())))));
}

/// As a task of the executor itself, so that nothing else is needed to poll it.
pub fn own<F: Future<Output = ()> + Send + 'static>(case: fn(Rt) -> F) {
    let (done, ended) = channel();
    OWN.spawn(Box::pin(async move {
        case(Rt(OWN.clone())).await;
        let _ = done.send(());
    }));
    match ended.recv_timeout(LIMIT) {
        Ok(()) => {}
        Err(RecvTimeoutError::Disconnected) => panic!("the case panicked"),
        Err(RecvTimeoutError::Timeout) => panic!("the case hangs"),
    }
}

/// Long enough for any case on any machine: it only tells that a wake-up was lost.
const LIMIT: Duration = Duration::from_secs(60);

fn unless_it_hangs(case: impl FnOnce() + Send + 'static) {
    let (done, ended) = channel();
    let case = thread::spawn(move || {
        case();
        let _ = done.send(());
    });
    match ended.recv_timeout(LIMIT) {
        Err(RecvTimeoutError::Timeout) => panic!("the case hangs"),
        _ => case.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
    }
}

static OWN: LazyLock<Arc<Own>> = LazyLock::new(|| Arc::new(Own::start()));

/// An executor in a few lines: two threads that take tasks from a queue, one thread that keeps the time, and a new one
/// for each job that blocks.
struct Own {
    queue: Sender<Arc<Task>>,
    timer: Sender<Alarm>,
}

struct Task {
    future: Mutex<Option<BoxFuture<'static, ()>>>,
    queue: Sender<Arc<Task>>,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let _ = self.queue.clone().send(self);
    }
}

impl Own {
    fn start() -> Self {
        let (queue, tasks) = channel::<Arc<Task>>();
        let tasks = Arc::new(Mutex::new(tasks));
        for _ in 0..2 {
            let tasks = tasks.clone();
            thread::spawn(move || {
                loop {
                    let Ok(task) = tasks.lock().expect("nothing panics while it is held").recv() else { return };
                    // A panic ends the task, not the thread.
                    let _ = std::panic::catch_unwind(|| task.poll());
                }
            });
        }
        let (timer, alarms) = channel::<Alarm>();
        thread::spawn(move || {
            let mut waiting = BinaryHeap::<Alarm>::new();
            loop {
                let pause = waiting.peek().map_or(LIMIT, |next| next.at.saturating_duration_since(Instant::now()));
                match alarms.recv_timeout(pause) {
                    Ok(alarm) => waiting.push(alarm),
                    Err(RecvTimeoutError::Timeout) => drop(waiting.pop().map(|alarm| alarm.waker.wake())),
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        });
        Self { queue, timer }
    }
}

impl Task {
    fn poll(self: &Arc<Self>) {
        let waker = Waker::from(self.clone());
        let mut future = self.future.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Taken out while it runs: what panicked is not polled again.
        if let Some(mut running) = future.take()
            && running.as_mut().poll(&mut Context::from_waker(&waker)).is_pending()
        {
            *future = Some(running);
        }
    }
}

impl Runtime for Own {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        Arc::new(Task { future: Mutex::new(Some(future)), queue: self.queue.clone() }).wake();
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        thread::spawn(job);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(Nap { at: Instant::now() + duration, timer: self.timer.clone() })
    }
}

struct Nap {
    at: Instant,
    timer: Sender<Alarm>,
}

impl Future for Nap {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.at {
            return Poll::Ready(());
        }
        let _ = self.timer.send(Alarm { at: self.at, waker: cx.waker().clone() });
        Poll::Pending
    }
}

struct Alarm {
    at: Instant,
    waker: Waker,
}

impl Ord for Alarm {
    /// The earliest is the greatest.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.at.cmp(&self.at)
    }
}

impl PartialOrd for Alarm {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Alarm {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Alarm {}
