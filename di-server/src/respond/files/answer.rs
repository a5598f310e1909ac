//! What of a file is sent?

use std::{
    io::{self, Seek, SeekFrom},
    ops::RangeInclusive,
    path::Path,
};

use di_core::{
    Body, Executor,
    response::{Asked, IntoResponse, Problem, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, RANGE},
};
use http_range_header::{EndPosition, StartPosition, parse_range_header};

use super::{
    body::{Length, body},
    open::{Open, content_type},
};
use crate::respond::conditional::{Verdict, evaluate, precondition_failed, range_applies};

/// What a request wants of a file.
pub(super) struct Want {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    /// The path, as it was sent.
    pub(super) path: String,
    pub(super) query: Option<String>,
    /// Whether the file stands for itself: a page that says that something else was not found does not.
    itself: bool,
}

impl Want {
    pub(super) fn new(asked: &Asked<'_>) -> Self {
        let uri = &asked.parts.uri;
        Self {
            method: asked.parts.method.clone(),
            headers: asked.parts.headers.clone(),
            path: uri.path().to_owned(),
            query: uri.query().map(str::to_owned),
            itself: asked.status == StatusCode::OK,
        }
    }

    fn reads(&self) -> bool {
        self.method == Method::GET || self.method == Method::HEAD
    }
}

/// The answer with the file at `path`.
pub(super) fn file(path: &Path, want: &Want, executor: Executor) -> io::Result<Response> {
    opened(Open::at(path, "")?, content_type(path), want, executor)
}

/// The answer with an open file.
pub(super) fn opened(open: Open, content_type: HeaderValue, want: &Want, executor: Executor) -> io::Result<Response> {
    let Open { mut file, length, validators } = open;
    let (mut status, mut range) = (StatusCode::OK, None);
    if want.itself && want.reads() {
        match evaluate(&want.method, &want.headers, &validators) {
            Verdict::Go => {}
            Verdict::Failed => return Ok(precondition_failed().into_response()),
            Verdict::NotModified => {
                let mut response = StatusCode::NOT_MODIFIED.into_response();
                validators.set(response.headers_mut());
                return Ok(response);
            }
        }
        if want.method == Method::GET && range_applies(&want.headers, &validators) {
            match asked_range(&want.headers, length) {
                Asking::Whole => {}
                Asking::Part(part) => {
                    status = StatusCode::PARTIAL_CONTENT;
                    range = Some(part);
                }
                Asking::Nothing => return Ok(unsatisfiable(length)),
            }
        }
    }
    let (start, sent) = range.as_ref().map_or((0, length), |range| (*range.start(), range.end() - range.start() + 1));
    let body = if want.method == Method::HEAD {
        Body::stream(Length(sent))
    } else {
        if start > 0 {
            file.seek(SeekFrom::Start(start))?;
        }
        body(file, sent, executor)?
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    // The name decides what it is: nobody is to guess by its content, which somebody else may have put there.
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    validators.set(headers);
    if let Some(range) = range {
        let text = format!("bytes {}-{}/{length}", range.start(), range.end());
        headers.insert(CONTENT_RANGE, HeaderValue::try_from(text).expect("digits"));
    }
    Ok(response)
}

/// What of a file a request asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asking {
    Whole,
    Part(RangeInclusive<u64>),
    /// Only for what is past its end.
    Nothing,
}

/// A header that is malformed, or asks for several parts at once, is passed over, as
/// [RFC 9110 §14.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.2) allows.
fn asked_range(headers: &HeaderMap, length: u64) -> Asking {
    let mut lines = headers.get_all(RANGE).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return Asking::Whole };
    // The unit may be written in any case.
    let line = line.to_str().map(str::to_ascii_lowercase);
    let Some(ranges) = line.ok().and_then(|line| parse_range_header(&line).ok()) else {
        return Asking::Whole;
    };
    let [range] = ranges.ranges[..] else { return Asking::Whole };
    let Some(last) = length.checked_sub(1) else { return Asking::Nothing };
    match (range.start, range.end) {
        (StartPosition::Index(start), EndPosition::Index(end)) if end < start => Asking::Whole,
        (StartPosition::Index(start), _) if start > last => Asking::Nothing,
        (StartPosition::Index(start), EndPosition::Index(end)) => Asking::Part(start..=end.min(last)),
        (StartPosition::Index(start), EndPosition::LastByte) => Asking::Part(start..=last),
        // More than there is are all.
        (StartPosition::FromLast(count), _) => Asking::Part(length.saturating_sub(count)..=last),
    }
}

fn unsatisfiable(length: u64) -> Response {
    let range = HeaderValue::try_from(format!("bytes */{length}")).expect("digits");
    Problem::new(StatusCode::RANGE_NOT_SATISFIABLE)
        .detail(format!("the file has {length} bytes"))
        .header(CONTENT_RANGE, range)
        .into_response()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asking(range: &str, length: u64) -> Asking {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_str(range).expect("a header"));
        asked_range(&headers, length)
    }

    #[test]
    fn one_range_is_obeyed() {
        for (range, length, expected) in [
            ("bytes=0-8", 100, Asking::Part(0..=8)),
            ("Bytes=5-5", 100, Asking::Part(5..=5)),
            ("bytes=90-", 100, Asking::Part(90..=99)),
            ("bytes=90-1000", 100, Asking::Part(90..=99)),
            ("bytes=-10", 100, Asking::Part(90..=99)),
            ("bytes=-1000", 100, Asking::Part(0..=99)),
            ("bytes=100-", 100, Asking::Nothing),
            ("bytes=0-", 0, Asking::Nothing),
            ("bytes=0-0", 0, Asking::Nothing),
            ("bytes=-5", 0, Asking::Nothing),
            ("bytes=100-200", 100, Asking::Nothing),
            ("bytes=99-99", 100, Asking::Part(99..=99)),
            ("bytes=5-4", 100, Asking::Whole),
            ("bytes=0-1, 3-4", 100, Asking::Whole),
            ("bytes=", 100, Asking::Whole),
            ("bytes=a-b", 100, Asking::Whole),
            ("bytes=99999999999999999999-", 100, Asking::Whole),
            ("lines=0-1", 100, Asking::Whole),
        ] {
            assert_eq!(asking(range, length), expected, "{range} of {length}");
        }
        assert_eq!(asked_range(&HeaderMap::new(), 100), Asking::Whole);
    }

    proptest! {
        #[test]
        fn no_part_is_outside_of_the_file(range in "(bytes=)?[0-9, -]{0,30}", length in prop_oneof![0..200_u64, any::<u64>()]) {
            if let Asking::Part(part) = asking(&range, length) {
                prop_assert!(part.start() <= part.end() && *part.end() < length);
            }
        }
    }
}
