//! How is a compressed body read?

use std::{
    error::Error,
    io,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use async_compression::{
    futures::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder},
    zstd::DParameter,
};
use bytes::{Buf, Bytes};
use di_core::{Body, BodyError, BodyStream, BoxError, response::Problem};
use futures_io::{AsyncBufRead, AsyncRead};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING},
};
use http_body::Frame;

/// How many bytes are inflated at once.
const CHUNK: usize = 16 * 1024;
/// How many codings a body may have been through.
const CODINGS: usize = 3;
/// How many members, or frames, one coding may consist of: one that holds nothing takes twenty bytes, and more work than a kilobyte.
const MEMBERS: usize = 1024;
/// What a client may use, in the words of `Accept-Encoding`.
const KNOWN: &str = "gzip, deflate, br, zstd";
/// The window that HTTP allows zstd, as a power of two ([RFC 9659](https://www.rfc-editor.org/rfc/rfc9659)).
const ZSTD_WINDOW: u32 = 23;

/// Inflates request bodies, as their `Content-Encoding` says: `gzip`, `deflate`, `br` and `zstd`, also one in another.
///
/// An application that wants it says so in its settings. What comes out may be as large as the route's limit, and what comes
/// out of one coding and goes into another not much larger; past it the answer is a 413, before more is inflated. Of gzip a
/// body may have 1,024 members, of zstd as many frames.
/// `Content-Encoding` stays among the headers that a handler sees.
///
/// # Errors
///
/// 415 for another coding, with what would do in `Accept-Encoding`; a body that is not what its coding says is a 400 where
/// it is read.
///
/// # Examples
///
/// ```
/// use di_server::Settings;
///
/// let settings = Settings::default().body_limit(64 * 1024).body_decoder(di_server::decompress);
/// ```
pub fn decompress(headers: &HeaderMap, body: BodyStream) -> Result<Body, Problem> {
    let codings = codings(headers)?;
    let limit = body.limit();
    let mut body = Body::stream(body);
    for coding in codings.into_iter().rev() {
        let reader = Reader { body, chunk: Bytes::new() };
        let decoder = Some(Decoder::new(coding, reader));
        body = Body::stream(Inflated { decoder, members: 1, coding, read: 0, limit, chunk: Vec::new() });
    }
    Ok(body)
}

#[derive(Debug, Clone, Copy)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "brotli",
            Self::Zstd => "zstd",
        }
    }
}

/// What inflates one coding. Of those that may follow each other, one member or frame.
enum Decoder {
    Gzip(Box<GzipDecoder<Reader>>),
    Deflate(Box<ZlibDecoder<Reader>>),
    Brotli(Box<BrotliDecoder<Reader>>),
    Zstd(Box<ZstdDecoder<Reader>>),
}

impl Decoder {
    fn new(coding: Coding, reader: Reader) -> Self {
        match coding {
            Coding::Gzip => Self::Gzip(Box::new(GzipDecoder::new(reader))),
            Coding::Deflate => Self::Deflate(Box::new(ZlibDecoder::new(reader))),
            Coding::Brotli => Self::Brotli(Box::new(BrotliDecoder::new(reader))),
            Coding::Zstd => {
                let window = [DParameter::window_log_max(ZSTD_WINDOW)];
                Self::Zstd(Box::new(ZstdDecoder::with_params(reader, &window)))
            }
        }
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, out: &mut [u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Gzip(decoder) => Pin::new(decoder).poll_read(cx, out),
            Self::Deflate(decoder) => Pin::new(decoder).poll_read(cx, out),
            Self::Brotli(decoder) => Pin::new(decoder).poll_read(cx, out),
            Self::Zstd(decoder) => Pin::new(decoder).poll_read(cx, out),
        }
    }

    /// Once this is at its end: whether another may follow, and something does.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let reader = match self {
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zstd(decoder) => decoder.get_mut(),
            Self::Deflate(_) | Self::Brotli(_) => return Poll::Ready(Ok(false)),
        };
        Pin::new(reader).poll_fill_buf(cx).map_ok(|rest| !rest.is_empty())
    }

    fn into_reader(self) -> Reader {
        match self {
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Deflate(decoder) => decoder.into_inner(),
            Self::Brotli(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.into_inner(),
        }
    }
}

/// What the body has been through, in that order.
fn codings(headers: &HeaderMap) -> Result<Vec<Coding>, Problem> {
    let mut codings = Vec::new();
    for line in headers.get_all(CONTENT_ENCODING) {
        let Ok(line) = line.to_str() else { return Err(unsupported("?")) };
        for coding in line.split(',').map(str::trim).filter(|coding| !coding.is_empty()) {
            codings.push(match coding.to_ascii_lowercase().as_str() {
                "identity" => continue,
                "gzip" | "x-gzip" => Coding::Gzip,
                "deflate" => Coding::Deflate,
                "br" => Coding::Brotli,
                "zstd" => Coding::Zstd,
                _ => return Err(unsupported(coding)),
            });
        }
    }
    if codings.len() > CODINGS { Err(unsupported("so many codings in each other")) } else { Ok(codings) }
}

fn unsupported(coding: &str) -> Problem {
    let coding = crate::extract::values::clip(coding, 64);
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE)
        .detail(format!("the content encoding `{coding}` is not supported, expected {KNOWN} or none"))
        .header(ACCEPT_ENCODING, HeaderValue::from_static(KNOWN))
}

/// A body as something to read from.
struct Reader {
    body: Body,
    chunk: Bytes,
}

impl AsyncBufRead for Reader {
    fn poll_fill_buf(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        while self.chunk.is_empty() {
            match ready!(http_body::Body::poll_frame(pin!(&mut self.body), cx)) {
                Some(Ok(frame)) => self.chunk = frame.into_data().unwrap_or_default(),
                Some(Err(error)) => return Poll::Ready(Err(io::Error::other(error))),
                None => break,
            }
        }
        Poll::Ready(Ok(&self.get_mut().chunk))
    }

    fn consume(mut self: Pin<&mut Self>, amount: usize) {
        self.chunk.advance(amount);
    }
}

impl AsyncRead for Reader {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut [u8]) -> Poll<io::Result<usize>> {
        let there = ready!(self.as_mut().poll_fill_buf(cx))?;
        let amount = there.len().min(out.len());
        out[..amount].copy_from_slice(&there[..amount]);
        self.consume(amount);
        Poll::Ready(Ok(amount))
    }
}

/// What comes out, as a body again.
struct Inflated {
    decoder: Option<Decoder>,
    members: usize,
    coding: Coding,
    read: usize,
    /// Past it no more is inflated: of what goes into another coding nothing need ever come out, where others count it.
    limit: usize,
    /// Room for what comes out next.
    chunk: Vec<u8>,
}

impl http_body::Body for Inflated {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        loop {
            let Some(decoder) = &mut this.decoder else { return Poll::Ready(None) };
            if this.read > this.limit {
                this.decoder = None;
                return Poll::Ready(Some(Err(BodyError::too_large(this.limit).into())));
            }
            // Kept while nothing comes, which may be for each byte that the client sends.
            this.chunk.resize(CHUNK, 0);
            let failed = match ready!(decoder.poll_read(cx, &mut this.chunk)) {
                Ok(0) => match ready!(decoder.poll_more(cx)) {
                    Ok(true) if this.members < MEMBERS => {
                        this.members += 1;
                        let reader = this.decoder.take().map(Decoder::into_reader);
                        this.decoder = reader.map(|reader| Decoder::new(this.coding, reader));
                        continue;
                    }
                    Ok(true) => io::Error::other("it has more members than a body may have"),
                    Ok(false) => {
                        this.decoder = None;
                        return Poll::Ready(None);
                    }
                    Err(error) => error,
                },
                Ok(amount) => {
                    let mut chunk = std::mem::take(&mut this.chunk);
                    chunk.truncate(amount);
                    this.read += amount;
                    return Poll::Ready(Some(Ok(Frame::data(chunk.into()))));
                }
                Err(error) => error,
            };
            this.decoder = None;
            return Poll::Ready(Some(Err(reason(failed, this.coding))));
        }
    }
}

/// What the body below has come to, if that is it, or that this is no such coding.
fn reason(error: io::Error, coding: Coding) -> BoxError {
    let text = error.to_string();
    let below: Option<Result<Box<BodyError>, BoxError>> = error.into_inner().map(<dyn Error + Send + Sync>::downcast);
    match below {
        Some(Ok(below)) => below,
        _ => BodyError::malformed(format!("the body is not {}: {text}", coding.name())).into(),
    }
}
