//! How is a stream written as a function?

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use di_core::BoxError;
use futures_core::Stream;

/// The stream of what an asynchronous function sends: what a generator that yields is elsewhere.
///
/// The function runs as the stream is polled, and only as far as the next item that is asked for; it is dropped with the
/// stream, when the client goes away. It returns nothing, or a `Result` whose error ends the stream.
///
/// ```
/// use di_server::{BoxError, prelude::*};
///
/// async fn squares(max: Query<u64>) -> Ndjson<u64> {
///     Ndjson::new(generate(async move |mut out| {
///         for n in 0..=*max {
///             out.send(n.checked_mul(n).ok_or("too large")?).await;
///         }
///         Ok::<(), BoxError>(())
///     }))
/// }
/// ```
pub fn generate<T, F, Fut>(function: F) -> Generated<T, Fut>
where
    F: FnOnce(Out<T>) -> Fut,
    Fut: Future,
{
    let slot = Arc::new(Mutex::new(Slot { item: None, waker: None, taker: None, closed: false }));
    let future = function(Out { slot: Arc::clone(&slot) });
    Generated { future: Some(future), error: None, receiver: Receiver { slot } }
}

/// What a generating function may return.
#[diagnostic::on_unimplemented(
    message = "a generating function cannot return `{Self}`",
    label = "returns `{Self}`",
    note = "help: return nothing, or `Result<(), E>` with an `E` that is a `std::error::Error`; items are sent, not returned"
)]
pub trait Ended {
    /// The error, if there is one.
    fn error(self) -> Option<BoxError>;
}

impl Ended for () {
    fn error(self) -> Option<BoxError> {
        None
    }
}

/// A function that loops for ever returns `!`, which stable Rust names in no other way.
type Never = <fn() -> ! as Returns>::Output;

trait Returns {
    type Output;
}

impl<T> Returns for fn() -> T {
    type Output = T;
}

#[allow(private_interfaces, reason = "nobody needs the trait by which the type is named")]
impl Ended for Never {
    fn error(self) -> Option<BoxError> {
        self
    }
}

impl<E: Into<BoxError>> Ended for Result<(), E> {
    fn error(self) -> Option<BoxError> {
        self.err().map(Into::into)
    }
}

struct Slot<T> {
    item: Option<T>,
    waker: Option<Waker>,
    /// Who waits for an item, and does not poll the function because of one that another task sends.
    taker: Option<Waker>,
    closed: bool,
}

fn lock<T>(slot: &Mutex<Slot<T>>) -> MutexGuard<'_, Slot<T>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a generating function sends its items, itself or in another task; see [`generate`]. The stream ends with the function.
pub struct Out<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

impl<T> Out<T> {
    /// Sends an item: ready once it has been taken, or nobody takes items any more.
    ///
    /// # Cancel safety
    ///
    /// An item whose sending is dropped before it is ready may still be taken: to send it again is to send it twice.
    pub async fn send(&mut self, item: T) {
        let mut item = Some(item);
        poll_fn(|cx| {
            let mut slot = lock(&self.slot);
            if slot.closed {
                return Poll::Ready(());
            }
            let mut taker = None;
            if slot.item.is_none() {
                match item.take() {
                    Some(item) => slot.item = Some(item),
                    // The item has been taken.
                    None => return Poll::Ready(()),
                }
                taker = slot.taker.take().filter(|taker| !taker.will_wake(cx.waker()));
            }
            let before = slot.waker.replace(cx.waker().clone());
            drop(slot);
            // Not under the lock: what a waker owns may be anything.
            drop(before);
            if let Some(taker) = taker {
                taker.wake();
            }
            Poll::Pending
        })
        .await;
    }
}

impl<T> fmt::Debug for Out<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Out")
    }
}

/// Says when it is dropped that nobody takes items any more.
struct Receiver<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut slot = lock(&self.slot);
        slot.closed = true;
        let (waker, item) = (slot.waker.take(), slot.item.take());
        drop(slot);
        drop(item);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

pin_project_lite::pin_project! {
    /// What [`generate`] gives.
    #[must_use = "a stream does nothing unless it is polled"]
    pub struct Generated<T, Fut> {
        // Dropped as soon as it has ended: what it holds may be torn down.
        #[pin]
        future: Option<Fut>,
        error: Option<BoxError>,
        receiver: Receiver<T>,
    }
}

impl<T, Fut: Future<Output: Ended>> Stream for Generated<T, Fut> {
    type Item = Result<T, BoxError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        let running = match this.future.as_mut().as_pin_mut() {
            None => false,
            Some(future) => match future.poll(cx) {
                Poll::Pending => true,
                Poll::Ready(ended) => {
                    this.future.set(None);
                    *this.error = ended.error();
                    false
                }
            },
        };
        let (item, waker, before) = {
            let mut slot = lock(&this.receiver.slot);
            let waits = running && slot.item.is_none();
            let before = if waits { slot.taker.replace(cx.waker().clone()) } else { None };
            (slot.item.take(), slot.waker.take(), before)
        };
        // Not under the lock, as above.
        drop(before);
        if let Some(item) = item {
            // Whoever polls this polls again, unless the item was sent from another task.
            if let Some(waker) = waker
                && !waker.will_wake(cx.waker())
            {
                waker.wake();
            }
            return Poll::Ready(Some(Ok(item)));
        }
        if running { Poll::Pending } else { Poll::Ready(this.error.take().map(Err)) }
    }
}

impl<T, Fut> fmt::Debug for Generated<T, Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Generated")
    }
}
