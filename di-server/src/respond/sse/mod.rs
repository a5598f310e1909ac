//! How are events sent to whoever listens?

mod event;
mod keep_alive;
mod until_stop;

use std::{fmt, future::ready, time::Duration};

use bytes::Bytes;
use di_core::{
    Body, BoxError,
    describe::{Replies, Schema},
    response::{IntoResponse, Response, later},
};
use futures_core::Stream;
use http::{
    HeaderName, HeaderValue,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};

pub use self::event::Event;
use self::{keep_alive::KeepAlive, until_stop::UntilStop};
use super::stream::{Encode, IntoItem, encoded};

/// How long nothing is sent before a comment is.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Server-sent events ([HTML §9.2](https://html.spec.whatwg.org/multipage/server-sent-events.html)): what an `EventSource` in a
/// browser listens to.
///
/// Each event is sent when the stream gives it. While it gives none a comment is sent every 15 s, so that nothing between here
/// and the client takes the connection for dead, and a client that has gone is noticed. An error of the stream ends the
/// connection and is logged; the client then comes again by itself, and says in `Last-Event-ID` what it has got: ask for
/// [`LastEventId`](crate::LastEventId).
///
/// ```
/// use std::time::Duration;
///
/// use di_server::prelude::*;
///
/// async fn ticks(last: Option<LastEventId>, executor: Executor) -> Sse {
///     let next = last.and_then(|last| last.parse::<u64>().ok()).map_or(0, |last| last + 1);
///     Sse::new(generate(async move |mut out| {
///         for tick in next.. {
///             out.send(Event::data(format!("tick {tick}")).id(tick)).await;
///             executor.sleep(Duration::from_secs(1)).await;
///         }
///     }))
/// }
/// ```
#[must_use = "a stream does nothing unless it is returned"]
pub struct Sse {
    body: Body,
    keep_alive: Option<Duration>,
    until_stop: bool,
}

impl Sse {
    /// Sends the events of `stream`.
    pub fn new<S>(stream: S) -> Self
    where
        S: Stream<Item: IntoItem<Event>> + Send + 'static,
    {
        Self {
            body: encoded::<_, Event, _>(stream, Events(Vec::new())),
            keep_alive: Some(KEEP_ALIVE),
            until_stop: false,
        }
    }

    /// How long nothing is sent before a comment is; 15 s, if it is not set. At least a millisecond.
    pub fn keep_alive(mut self, every: Duration) -> Self {
        self.keep_alive = Some(every.max(Duration::from_millis(1)));
        self
    }

    /// Sends nothing while there are no events.
    pub fn without_keep_alive(mut self) -> Self {
        self.keep_alive = None;
        self
    }

    /// Ends the stream once the server has been asked to stop and there is no event to be sent.
    ///
    /// Without this a server that stops waits for the stream as it does for any response, for as long as its
    /// [grace time](crate::server::Config::shutdown_timeout) lasts: events that come to an end are sent in full, and those that do
    /// not hold it up. Browsers take the end for a connection that was lost, and come again, to whoever serves then.
    pub fn until_stop(mut self) -> Self {
        self.until_stop = true;
        self
    }
}

impl IntoResponse for Sse {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        let Self { body, keep_alive, until_stop } = self;
        if keep_alive.is_none() && !until_stop {
            return respond(body);
        }
        later(move |asked| {
            let body = if until_stop { Body::stream(UntilStop::new(body, asked.executor.stopping())) } else { body };
            ready(respond(match keep_alive {
                Some(every) => Body::stream(KeepAlive::new(body, every, asked.executor.clone())),
                None => body,
            }))
        })
    }

    fn describe(replies: &mut Replies) {
        replies.ok("text/event-stream", Schema::STRING);
    }
}

fn respond(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // For nginx, which otherwise waits until it has some kilobytes.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

impl fmt::Debug for Sse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sse")
            .field("keep_alive", &self.keep_alive)
            .field("until_stop", &self.until_stop)
            .finish_non_exhaustive()
    }
}

struct Events(Vec<u8>);

impl Encode<Event> for Events {
    fn encode(&mut self, event: Event) -> Result<(), BoxError> {
        self.0.extend_from_slice(event.as_str().as_bytes());
        self.0.push(b'\n');
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn take(&mut self) -> Result<Bytes, BoxError> {
        Ok(std::mem::take(&mut self.0).into())
    }
}
