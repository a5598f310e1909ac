use std::time::{Duration, SystemTime, UNIX_EPOCH};

use di_core::{
    describe::{Operation, Parameter, Schema, Subject},
    graph::{Extract, Rejection, RequestView, Source},
    response::Problem,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{ETAG, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE, LAST_MODIFIED},
};

use super::{ETag, etag::listed};

/// What names the version of a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Validators {
    pub(crate) etag: Option<ETag>,
    pub(crate) modified: Option<SystemTime>,
}

impl Validators {
    /// Sets their headers.
    pub(crate) fn set(&self, headers: &mut HeaderMap) {
        if let Some(etag) = &self.etag {
            headers.insert(ETAG, etag.header());
        }
        // A date that no header can express is none.
        let date = self.modified.filter(|time| seconds(*time).is_some_and(|seconds| seconds < LAST_YEAR));
        if let Some(date) = date.map(httpdate::fmt_http_date).and_then(|date| HeaderValue::try_from(date).ok()) {
            headers.insert(LAST_MODIFIED, date);
        }
    }
}

/// The end of the year 9999, in seconds.
const LAST_YEAR: u64 = 253_402_300_800;

/// A time as headers have it: whole seconds since 1970.
fn seconds(time: SystemTime) -> Option<u64> {
    time.duration_since(UNIX_EPOCH).ok().as_ref().map(Duration::as_secs)
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok().and_then(|text| httpdate::parse_http_date(text).ok()).and_then(seconds)
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// What was asked for.
    Go,
    /// The client has it: 304.
    NotModified,
    /// The client has another version in mind: 412.
    Failed,
}

/// Judges a request's preconditions in their order
/// ([RFC 9110 §13.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2)).
pub(crate) fn evaluate(method: &Method, headers: &HeaderMap, validators: &Validators) -> Verdict {
    let (etag, modified) = (validators.etag.as_ref(), validators.modified.and_then(seconds));
    let reads = *method == Method::GET || *method == Method::HEAD;
    if headers.contains_key(IF_MATCH) {
        let matches = |tag: &str| tag == "*" || etag.is_some_and(|etag| etag.matches_strongly(tag));
        if !listed(headers, &IF_MATCH).any(matches) {
            return Verdict::Failed;
        }
    } else if let (Some(since), Some(modified)) = (date(headers, &IF_UNMODIFIED_SINCE), modified)
        && modified > since
    {
        return Verdict::Failed;
    }
    if headers.contains_key(IF_NONE_MATCH) {
        let matches = |tag: &str| tag == "*" || etag.is_some_and(|etag| etag.matches_weakly(tag));
        if listed(headers, &IF_NONE_MATCH).any(matches) {
            return if reads { Verdict::NotModified } else { Verdict::Failed };
        }
    } else if let (true, Some(since), Some(modified)) = (reads, date(headers, &IF_MODIFIED_SINCE), modified)
        && modified <= since
    {
        return Verdict::NotModified;
    }
    Verdict::Go
}

/// Whether a `Range` is still that of the version that the client has a part of
/// ([RFC 9110 §13.1.5](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5)).
#[cfg(feature = "files")]
pub(crate) fn range_applies(headers: &HeaderMap, validators: &Validators) -> bool {
    use http::header::IF_RANGE;
    let Some(value) = headers.get(IF_RANGE) else { return true };
    if let Some(date) = date(headers, &IF_RANGE) {
        let modified = validators.modified.and_then(seconds);
        // Of what was modified within this second there may be two versions of one date (§8.8.2.2).
        return modified == Some(date) && modified < seconds(SystemTime::now());
    }
    let tag = std::str::from_utf8(value.as_bytes()).unwrap_or_default();
    validators.etag.as_ref().is_some_and(|etag| etag.matches_strongly(tag.trim()))
}

/// The 412 of a precondition that does not hold.
pub(crate) fn precondition_failed() -> Problem {
    Problem::new(StatusCode::PRECONDITION_FAILED).detail("it is not the version that the request is about")
}

/// The preconditions of a request, for a handler that changes something: to be checked before it does.
///
/// ```
/// # use di_server::prelude::*;
/// # #[derive(Container)]
/// # pub struct App {}
/// #[put("/note")]
/// async fn put_note(note: String, preconditions: Preconditions) -> Result<NoContent, Problem> {
///     let version = 7; // of the note that is there
///     preconditions.check(&ETag::strong(version))?;
///     Ok(NoContent)
/// }
/// # static TABLE: Table<App> = table![put_note];
/// # #[tokio::main]
/// # async fn main() {
/// # let client = TestClient::new(App::builder().build().await.unwrap(), &TABLE);
/// # client.put("/note").await.assert_status(204);
/// # client.put("/note").header("If-Match", "\"7\"").await.assert_status(204);
/// # client.put("/note").header("If-Match", "\"6\"").await.assert_status(412);
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Preconditions {
    method: Method,
    headers: HeaderMap,
}

impl Preconditions {
    /// Checks them against the version that is there.
    ///
    /// # Errors
    ///
    /// A 412, if the request is about another version (`If-Match`), or about none (`If-None-Match: *`).
    pub fn check(&self, etag: &ETag) -> Result<(), Problem> {
        self.judge(&Validators { etag: Some(etag.clone()), modified: None })
    }

    /// Checks them against the time at which what is there was last changed.
    ///
    /// # Errors
    ///
    /// A 412, if it has been changed since (`If-Unmodified-Since`).
    pub fn check_modified(&self, modified: SystemTime) -> Result<(), Problem> {
        self.judge(&Validators { etag: None, modified: Some(modified) })
    }

    /// Checks them where nothing is there yet.
    ///
    /// # Errors
    ///
    /// A 412, if the request is about something that is there (`If-Match`).
    pub fn check_absent(&self) -> Result<(), Problem> {
        if self.headers.contains_key(IF_MATCH) { Err(precondition_failed()) } else { Ok(()) }
    }

    /// Whether the request has one that guards against changing what the client has not seen: `If-Match` or
    /// `If-Unmodified-Since`. A handler may insist on it, with a 428.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        self.headers.contains_key(IF_MATCH) || self.headers.contains_key(IF_UNMODIFIED_SINCE)
    }

    fn judge(&self, validators: &Validators) -> Result<(), Problem> {
        match evaluate(&self.method, &self.headers, validators) {
            Verdict::Failed => Err(precondition_failed()),
            // A handler that reads answers with a `Tagged`, which sees to that.
            Verdict::Go | Verdict::NotModified => Ok(()),
        }
    }
}

impl Extract for Preconditions {
    const SOURCE: Source = Source::Request;

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        let mut headers = HeaderMap::new();
        for name in [IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE] {
            for value in request.parts.headers.get_all(&name) {
                headers.append(name.clone(), value.clone());
            }
        }
        Ok(Self { method: request.parts.method.clone(), headers })
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        for name in ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"] {
            let subject = Subject { name, required: false, schema: Schema::STRING, ..subject };
            operation.parameters.push(Parameter { subject, source: Source::Header, fields: Vec::new() });
        }
        operation.refusal(StatusCode::PRECONDITION_FAILED, "The client asks for another version.");
    }
}

crate::extractor!(Preconditions);

#[cfg(test)]
mod tests {
    use super::*;

    const THEN: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

    fn validators() -> Validators {
        let modified = httpdate::parse_http_date(THEN).expect("a date") + Duration::from_millis(700);
        Validators { etag: Some(ETag::strong("1")), modified: Some(modified) }
    }

    fn headers(list: &[(HeaderName, &'static str)]) -> HeaderMap {
        list.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[track_caller]
    fn check(list: &[(HeaderName, &'static str)], get: Verdict, put: Verdict) {
        let headers = headers(list);
        for (method, expected) in [(Method::GET, get), (Method::HEAD, get), (Method::PUT, put)] {
            assert_eq!(evaluate(&method, &headers, &validators()), expected, "{method} {list:?}");
        }
    }

    #[test]
    fn preconditions_are_judged_in_their_order() {
        use Verdict::{Failed, Go, NotModified};
        check(&[], Go, Go);
        check(&[(IF_MATCH, "\"1\"")], Go, Go);
        check(&[(IF_MATCH, "*")], Go, Go);
        check(&[(IF_MATCH, "\"2\", \"3\"")], Failed, Failed);
        check(&[(IF_MATCH, "W/\"1\"")], Failed, Failed);
        check(&[(IF_MATCH, "junk")], Failed, Failed);
        check(&[(IF_UNMODIFIED_SINCE, BEFORE)], Failed, Failed);
        check(&[(IF_UNMODIFIED_SINCE, THEN)], Go, Go);
        check(&[(IF_UNMODIFIED_SINCE, "junk")], Go, Go);
        check(&[(IF_MATCH, "\"1\""), (IF_UNMODIFIED_SINCE, BEFORE)], Go, Go);
        check(&[(IF_NONE_MATCH, "W/\"1\"")], NotModified, Failed);
        check(&[(IF_NONE_MATCH, "*")], NotModified, Failed);
        check(&[(IF_NONE_MATCH, "\"2\"")], Go, Go);
        check(&[(IF_NONE_MATCH, "\"2\""), (IF_MODIFIED_SINCE, AFTER)], Go, Go);
        check(&[(IF_MODIFIED_SINCE, THEN)], NotModified, Go);
        check(&[(IF_MODIFIED_SINCE, AFTER)], NotModified, Go);
        check(&[(IF_MODIFIED_SINCE, BEFORE)], Go, Go);
        check(&[(IF_MODIFIED_SINCE, "junk")], Go, Go);
        check(&[(IF_MATCH, "\"1\""), (IF_NONE_MATCH, "\"1\"")], NotModified, Failed);
        check(&[(IF_MATCH, "\"2\""), (IF_NONE_MATCH, "\"1\"")], Failed, Failed);
    }

    #[test]
    fn without_validators_only_what_is_there_at_all_matters() {
        let none = Validators::default();
        for (name, value, verdict) in [
            (IF_MATCH, "*", Verdict::Go),
            (IF_MATCH, "\"1\"", Verdict::Failed),
            (IF_NONE_MATCH, "*", Verdict::NotModified),
            (IF_NONE_MATCH, "\"1\"", Verdict::Go),
            (IF_MODIFIED_SINCE, AFTER, Verdict::Go),
            (IF_UNMODIFIED_SINCE, BEFORE, Verdict::Go),
        ] {
            assert_eq!(evaluate(&Method::GET, &headers(&[(name.clone(), value)]), &none), verdict, "{name}: {value}");
        }
    }

    #[cfg(feature = "files")]
    #[test]
    fn a_range_applies_to_the_same_version_alone() {
        use http::header::IF_RANGE;
        for (value, applies) in [
            ("\"1\"", true),
            ("\"2\"", false),
            ("W/\"1\"", false),
            (THEN, true),
            (BEFORE, false),
            (AFTER, false),
            ("junk", false),
        ] {
            assert_eq!(range_applies(&headers(&[(IF_RANGE, value)]), &validators()), applies, "{value}");
        }
        assert!(range_applies(&HeaderMap::new(), &validators()));
        // Within this second it may change again.
        let modified = SystemTime::now();
        let now: &str = httpdate::fmt_http_date(modified).leak();
        let validators = Validators { etag: None, modified: Some(modified) };
        assert!(!range_applies(&headers(&[(IF_RANGE, now)]), &validators));
    }

    #[test]
    fn a_time_that_no_header_can_express_is_left_out() {
        for time in [UNIX_EPOCH - Duration::from_secs(1), UNIX_EPOCH + Duration::from_secs(LAST_YEAR)] {
            let mut headers = HeaderMap::new();
            Validators { etag: None, modified: Some(time) }.set(&mut headers);
            assert!(headers.is_empty());
        }
        let mut headers = HeaderMap::new();
        validators().set(&mut headers);
        assert_eq!((&headers[ETAG], &headers[LAST_MODIFIED]), (&"\"1\"".parse().unwrap(), &THEN.parse().unwrap()));
    }
}
