//! How are values sent as JSON, one a line?

use std::{fmt, marker::PhantomData};

use bytes::Bytes;
use di_core::{
    BoxError,
    describe::{Replies, Schema},
    response::{IntoResponse, Response},
};
use futures_core::Stream;
use serde::Serialize;

use super::{Encode, IntoItem, encoded, streaming::Streaming};

/// The items of a stream as JSON, one a line ([NDJSON](https://github.com/ndjson/ndjson-spec)), each sent when it is there.
///
/// The stream gives `T`, or `Result<T, E>`: an error ends the connection, so that no client takes what it has got for the
/// whole, and is logged.
///
/// ```
/// use di_server::prelude::*;
///
/// #[derive(serde::Serialize)]
/// struct Row {
///     id: u32,
/// }
///
/// async fn rows() -> Ndjson<Row> {
///     Ndjson::new(generate(async |mut out| {
///         for id in 0..1_000_000 {
///             out.send(Row { id }).await;
///         }
///     }))
/// }
/// ```
#[must_use = "a stream does nothing unless it is returned"]
pub struct Ndjson<T> {
    stream: Streaming,
    item: PhantomData<fn() -> T>,
}

impl<T: Serialize + 'static> Ndjson<T> {
    /// Sends the items of `stream`.
    pub fn new<S>(stream: S) -> Self
    where
        S: Stream<Item: IntoItem<T>> + Send + 'static,
    {
        Self { stream: Streaming::new(encoded::<_, T, _>(stream, Lines(Vec::new()))), item: PhantomData }
    }

    /// Waits for the first piece before the status is sent: a stream that fails at once is a 500, which teardowns before the
    /// response see, and not a connection that ends.
    pub fn wait_for_first(mut self) -> Self {
        self.stream.waits = true;
        self
    }
}

impl<T> IntoResponse for Ndjson<T> {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        self.stream.respond("application/x-ndjson")
    }

    fn describe(replies: &mut Replies) {
        replies.ok("application/x-ndjson", Schema::STRING);
    }
}

impl<T> fmt::Debug for Ndjson<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ndjson<{}>", std::any::type_name::<T>())
    }
}

struct Lines(Vec<u8>);

impl<T: Serialize> Encode<T> for Lines {
    fn encode(&mut self, item: T) -> Result<(), BoxError> {
        let before = self.0.len();
        if let Err(error) = serde_json::to_writer(&mut self.0, &item) {
            self.0.truncate(before);
            return Err(error.into());
        }
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
