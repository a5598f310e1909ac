//! Which event has a client seen last?

use std::ops::Deref;

use di_core::{
    describe::{Operation, Schema, Subject},
    graph::{Extract, Rejection, RequestView, Source},
    response::Problem,
};
use http::{HeaderName, StatusCode};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The `id` of the last event that a client has got which comes again, as [`Sse`](crate::Sse) has sent it: the header
/// `Last-Event-ID` ([HTML §9.2.4](https://html.spec.whatwg.org/multipage/server-sent-events.html#last-event-id)).
///
/// It comes from the client, so it may be anything. One that comes for the first time has none: `Option<LastEventId>` is then
/// `None`.
///
/// # Errors
///
/// Without it, an entry of the request's 422; a 400 if it is no UTF-8.
///
/// # Examples
///
/// ```
/// use di_core::graph::{Extract, RequestView};
/// use di_server::extract::LastEventId;
///
/// let (parts, ()) = http::Request::get("/").header("Last-Event-ID", "7").body(())?.into_parts();
/// let request = RequestView::of(&parts);
///
/// let last = LastEventId::extract(request, "last")?;
/// assert_eq!(last.parse(), Ok(7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LastEventId(pub String);

impl Deref for LastEventId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Extract for LastEventId {
    const SOURCE: Source = Source::Header;

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        let value = request.parts.headers.get(LAST_EVENT_ID).filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| Rejection::missing("header", LAST_EVENT_ID.as_str()))?;
        let id = std::str::from_utf8(value.as_bytes()).map_err(|_| {
            Rejection::refused(Problem::new(StatusCode::BAD_REQUEST).detail("`Last-Event-ID` is not UTF-8"))
        })?;
        Ok(Self(id.to_owned()))
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        let schema = Schema::STRING;
        operation
            .parameter(Source::Header, Subject { name: "last-event-id", schema, ..subject })
            .refusal(StatusCode::BAD_REQUEST, "`Last-Event-ID` is not UTF-8.");
    }
}

crate::extractor!(LastEventId);
