//! Which bodies may be asked for as they are?
//!
//! The whole body as bytes or as text, or as a stream, whatever its content type. These are extractors of foreign types, so that they
//! are defined here, beside the trait, and not with the others in `di-server`.

use std::future::ready;

use bytes::Bytes;
use http::StatusCode;

use crate::{
    body::Body,
    body_stream::BodyStream,
    describe::{Operation, Schema, Subject},
    graph::{Extract, ReadStream, Rejection, RequestView, Source, input},
    response::Problem,
};

/// The body as it came; a request without one has an empty one, so that this never refuses.
impl Extract for Bytes {
    const SOURCE: Source = Source::Body;

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        Ok(request.body.cloned().unwrap_or_default())
    }
}

/// The body as text, whatever `charset` its content type names: 400 if it is not UTF-8, and where.
impl Extract for String {
    const SOURCE: Source = Source::Body;

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        let body = request.body.map_or(&[][..], |body| body);
        match std::str::from_utf8(body) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(not_utf8(error.valid_up_to())),
        }
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        // Without a body it is empty.
        let subject = Subject { schema: Schema::STRING, required: false, ..subject };
        operation.body("*/*", subject).refusal(StatusCode::BAD_REQUEST, "The body is not UTF-8.");
    }
}

fn not_utf8(offset: usize) -> Rejection {
    let detail = format!("the body is not UTF-8: byte {offset}, counted from 0, starts no character");
    Rejection::refused(Problem::new(StatusCode::BAD_REQUEST).detail(detail))
}

/// The body as it comes.
impl Extract for BodyStream {
    const SOURCE: Source = Source::Body;
    const STREAM: Option<ReadStream<Self>> = Some(|_, body, _| Box::pin(ready(Ok(body))));

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        Ok(Self::of(request.body.cloned().unwrap_or_default()))
    }
}

/// The body as it comes, in the type of responses' bodies: to be sent on.
impl Extract for Body {
    const SOURCE: Source = Source::Body;
    const STREAM: Option<ReadStream<Self>> = Some(|_, body, _| Box::pin(ready(Ok(Self::stream(body)))));

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        Ok(request.body.cloned().unwrap_or_default().into())
    }
}

input!(Bytes, String, BodyStream, Body);

#[cfg(test)]
mod tests {
    use crate::response::IntoResponse;

    use super::*;

    fn extract<T: Extract>(body: Option<&'static [u8]>) -> Result<T, Rejection> {
        let (parts, ()) = http::Request::new(()).into_parts();
        let body = body.map(Bytes::from_static);
        T::extract(RequestView { body: body.as_ref(), ..RequestView::of(&parts) }, "body")
    }

    #[test]
    fn a_body_is_read_as_bytes() {
        for body in [Some(&b"\xff\0"[..]), Some(b""), None] {
            assert_eq!(extract::<Bytes>(body).expect("bytes are bytes"), body.unwrap_or_default());
        }
    }

    #[test]
    fn a_body_is_read_as_text() {
        for (body, text) in [(Some("caf\u{e9}".as_bytes()), "café"), (Some(b""), ""), (None, "")] {
            assert_eq!(extract::<String>(body).expect("the body is text"), text);
        }
    }

    #[test]
    fn a_body_that_is_no_text_is_refused_with_the_place() {
        for (body, offset) in [(&b"ab\xffc"[..], 2), (b"a\xc3", 1), (b"\x80", 0)] {
            let rejection = extract::<String>(Some(body)).expect_err("the body is no text");
            assert!(!rejection.is_absent());
            let detail = format!("the body is not UTF-8: byte {offset}, counted from 0, starts no character");
            assert!(rejection.to_string().ends_with(&detail), "{rejection}");
            assert_eq!(rejection.into_response().status(), StatusCode::BAD_REQUEST);
        }
    }
}
