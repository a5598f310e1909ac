//! The executors that every case runs on: those that ship with `di-server`, and one that it does not know.

use std::{
    future::Future,
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::Duration,
};

use di_server::{
    rt::{BoxFuture, Runtime},
    server::{smol::SmolRuntime, tokio::TokioRuntime},
};

use crate::own::{self, Own};

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

pub fn own<F: Future<Output = ()> + Send + 'static>(case: fn(Rt) -> F) {
    unless_it_hangs(move || own::block_on(case(Rt(Arc::new(Own)))));
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
