//! How are rows sent as CSV?

use std::{fmt, marker::PhantomData};

use bytes::Bytes;
use csv::{Writer, WriterBuilder};
use di_core::{
    BoxError,
    describe::{Replies, Schema},
    response::{IntoResponse, Response},
};
use futures_core::Stream;
use serde::Serialize;

use super::{
    Encode, IntoItem,
    encoded::{PIECE, encoded},
    streaming::Streaming,
};

/// The items of a stream as rows of CSV ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)), sent as they come.
///
/// A struct's field names are the first row; tuples have none. A stream without items is an empty body. The stream gives `T`,
/// or `Result<T, E>`: an error ends the connection and is logged. With the feature `csv`.
///
/// ```
/// use di_server::prelude::*;
///
/// #[derive(serde::Serialize)]
/// struct Order {
///     id: u32,
///     title: &'static str,
/// }
///
/// async fn orders() -> (Attachment, Csv<Order>) {
///     let orders = generate(async |mut out| out.send(Order { id: 7, title: "milk, eggs" }).await);
///     (Attachment::named("orders.csv"), Csv::new(orders))
/// }
/// ```
#[must_use = "a stream does nothing unless it is returned"]
pub struct Csv<T> {
    stream: Streaming,
    item: PhantomData<fn() -> T>,
}

impl<T: Serialize + 'static> Csv<T> {
    /// Sends the items of `stream`.
    pub fn new<S>(stream: S) -> Self
    where
        S: Stream<Item: IntoItem<T>> + Send + 'static,
    {
        Self { stream: Streaming::new(encoded::<_, T, _>(stream, Rows { writer: writer(true) })), item: PhantomData }
    }

    /// Waits for the first piece before the status is sent: a stream that fails at once is a 500, which teardowns before the
    /// response see, and not a connection that ends.
    pub fn wait_for_first(mut self) -> Self {
        self.stream.waits = true;
        self
    }
}

impl<T> IntoResponse for Csv<T> {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        self.stream.respond("text/csv; charset=utf-8")
    }

    fn describe(replies: &mut Replies) {
        replies.ok("text/csv", Schema::STRING);
    }
}

impl<T> fmt::Debug for Csv<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Csv<{}>", std::any::type_name::<T>())
    }
}

struct Rows {
    writer: Writer<Vec<u8>>,
}

fn writer(head: bool) -> Writer<Vec<u8>> {
    WriterBuilder::new().has_headers(head).buffer_capacity(PIECE).from_writer(Vec::new())
}

impl<T: Serialize> Encode<T> for Rows {
    fn encode(&mut self, item: T) -> Result<(), BoxError> {
        Ok(self.writer.serialize(item)?)
    }

    fn len(&self) -> usize {
        self.writer.get_ref().len()
    }

    fn take(&mut self) -> Result<Bytes, BoxError> {
        // The next piece is not the first: its writer has no names to write.
        let writer = std::mem::replace(&mut self.writer, writer(false));
        Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?.into())
    }
}
