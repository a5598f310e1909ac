//! How is a body sent piece by piece?
//!
//! Every stream is polled only as fast as the client takes what it gives, is dropped as soon as the client goes away, and
//! gives other tasks a turn though it never waits. Its items are put together into pieces of some kilobytes; what there is
//! is sent as soon as it has to wait.

mod bytes;
#[cfg(feature = "csv")]
mod csv;
mod encoded;
mod generate;
mod ndjson;
mod streaming;

#[cfg(feature = "csv")]
pub use self::csv::Csv;
pub(super) use self::encoded::{Encode, encoded};
pub use self::{
    bytes::{Piece, StreamBody},
    encoded::IntoItem,
    generate::{Ended, Generated, Out, generate},
    ndjson::Ndjson,
};
