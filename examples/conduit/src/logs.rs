//! Logs: each line of a request has its method, path and id. A client may give the id; it is told it in any case.

use di_server::http::Request;
use tower_http::request_id::RequestId;
use tracing::{Span, info_span};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::config::{Config, LogFormat};

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

/// What surrounds all that is logged of a request.
pub(crate) fn span<B>(request: &Request<B>) -> Span {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    info_span!("request", method = %request.method(), path = request.uri().path(), id = id.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

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
