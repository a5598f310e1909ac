//! Logs: each line of a request has its method, path and id. A client may give the id; it is told it in any case.

use di_server::{http::Request, prelude::HeaderName};
use tower_http::request_id::RequestId;
use tracing::{Span, error_span};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::config::{Config, LogFormat};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[derive(Debug, thiserror::Error)]
#[error("`log`: `{part}` is no level; expected `info`, or levels by target too: `info,sqlx=warn`")]
pub(crate) struct LogError {
    part: String,
}

/// Shows what is logged from here on.
pub(crate) fn init(config: &Config) -> Result<(), LogError> {
    let subscriber = tracing_subscriber::registry().with(targets(&config.log)?);
    match config.log_format {
        LogFormat::Text => subscriber.with(tracing_subscriber::fmt::layer().with_target(false)).init(),
        LogFormat::Json => subscriber.with(tracing_subscriber::fmt::layer().json().flatten_event(true)).init(),
    }
    Ok(())
}

/// Not by `Targets`' own reading: a word that is no level it takes for a target, so that a slip would have nothing logged.
fn targets(text: &str) -> Result<Targets, LogError> {
    text.split(',').try_fold(Targets::new(), |targets, part| {
        let unfit = || LogError { part: part.to_owned() };
        let (target, level) = match part.split_once('=') {
            Some((target, level)) => (Some(target.trim()), level.trim()),
            None => (None, part.trim()),
        };
        // A number is a level too for it, and so is nothing at all.
        let level = level.parse::<LevelFilter>().ok().filter(|_| level.bytes().any(|byte| byte.is_ascii_alphabetic()));
        match (target, level.ok_or_else(unfit)?) {
            (Some(""), _) => Err(unfit()),
            (Some(target), level) => Ok(targets.with_target(target, level)),
            (None, level) => Ok(targets.with_default(level)),
        }
    })
}

/// What surrounds all that is logged of a request, errors too: no level that lets a line through keeps its request from it.
pub(crate) fn span<B>(request: &Request<B>) -> Span {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    error_span!("request", method = %request.method(), path = request.uri().path(), id = id.unwrap_or_default())
}

/// Takes an id away that would be no use in each line: empty, long, or of other than visible ASCII. There will be a new one.
pub(crate) fn with_fit_id<B>(mut request: Request<B>) -> Request<B> {
    let fit = |id: &[u8]| (1..=128).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic);
    if request.headers().get(&REQUEST_ID).is_some_and(|id| !fit(id.as_bytes())) {
        request.headers_mut().remove(&REQUEST_ID);
    }
    request
}

#[cfg(test)]
mod tests {
    use di_server::prelude::HeaderValue;

    use super::*;

    #[test]
    fn an_error_has_its_request_even_where_nothing_else_is_logged() {
        let subscriber = tracing_subscriber::registry().with(targets("error").unwrap());
        tracing::subscriber::with_default(subscriber, || assert!(!span(&Request::new(())).is_disabled()));
    }

    #[test]
    fn an_id_that_is_not_fit_is_taken_away() {
        for (id, fit) in [
            ("r1".to_owned(), true),
            ("x".repeat(128), true),
            ("x".repeat(129), false),
            (String::new(), false),
            ("a b".to_owned(), false),
            ("é".to_owned(), false),
        ] {
            let id = HeaderValue::from_bytes(id.as_bytes()).unwrap();
            let request = with_fit_id(Request::builder().header(&REQUEST_ID, &id).body(()).unwrap());
            assert_eq!(request.headers().get(&REQUEST_ID), fit.then_some(&id), "{id:?}");
        }
    }

    #[test]
    fn levels_are_those_that_are_asked_for() {
        let both = targets("info, sqlx = Warn").unwrap();
        assert!(
            both.would_enable("conduit", &tracing::Level::INFO) && !both.would_enable("sqlx", &tracing::Level::INFO)
        );
        assert!(!targets("off").unwrap().would_enable("conduit", &tracing::Level::ERROR));
    }

    #[test]
    fn what_is_no_level_is_refused() {
        for (text, part) in
            [("inof", "inof"), ("", ""), ("info,", ""), ("info,sqlx", "sqlx"), ("sqlx=3", "sqlx=3"), ("=info", "=info")]
        {
            let error = targets(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`log`: `{part}` is no level")), "{text}: {error}");
        }
    }
}
