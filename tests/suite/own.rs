//! An executor that `di-server` does not know: a thread for each future, each job that blocks and each sleep.

use std::sync::{Arc, Mutex, atomic::AtomicBool, atomic::Ordering, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::{future::poll_fn, pin::pin, thread, time::Duration};

use di_server::rt::{BoxFuture, Runtime};

pub struct Own;

impl Runtime for Own {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        thread::spawn(|| block_on(future));
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        thread::spawn(job);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // Whom to wake: nobody any more once the time has passed.
        let sleeper = Arc::new(Mutex::new(Some(Waker::noop().clone())));
        let (alarm, (alive, dropped)) = (sleeper.clone(), mpsc::channel::<()>());
        thread::spawn(move || {
            // Nothing is ever sent: what ends this before its time is that the future was dropped.
            if dropped.recv_timeout(duration) == Err(mpsc::RecvTimeoutError::Timeout) {
                let waker = alarm.lock().unwrap().take();
                waker.unwrap().wake();
            }
        });
        Box::pin(poll_fn(move |cx| {
            let _dropped_with_this = &alive;
            let mut sleeper = sleeper.lock().unwrap();
            let Some(waker) = &mut *sleeper else { return Poll::Ready(()) };
            waker.clone_from(cx.waker());
            Poll::Pending
        }))
    }
}

/// Runs `future` on this thread, which is parked while nothing wakes it. Any thread may do so.
pub fn block_on(future: impl Future<Output = ()>) {
    let (mut future, bell) = (pin!(future), Arc::new(Bell(AtomicBool::new(false), thread::current())));
    while future.as_mut().poll(&mut Context::from_waker(&bell.clone().into())).is_pending() {
        // The flag tells, not the token of `park`: a future that parks by itself would use that up.
        while !bell.0.swap(false, Ordering::AcqRel) {
            thread::park();
        }
    }
}

struct Bell(AtomicBool, thread::Thread);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.swap(true, Ordering::AcqRel);
        self.1.unpark();
    }
}
