//! Logs: each line of a request has its method, path and id. A client may give the id; it is told it in any case.

use di_server::http::Request;
use tower_http::request_id::RequestId;
use tracing::{Span, info_span};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{Config, LogFormat};

#[derive(Debug, thiserror::Error)]
#[error("`log = \"{value}\"`: expected a level, or levels by target such as `info,sqlx=warn`")]
pub(crate) struct LogError {
    value: String,
    source: tracing_subscriber::filter::ParseError,
}

/// Shows what is logged from here on.
pub(crate) fn init(config: &Config) -> Result<(), LogError> {
    let targets = config.log.parse::<Targets>();
    let targets = targets.map_err(|source| LogError { value: config.log.clone(), source })?;
    let subscriber = tracing_subscriber::registry().with(targets);
    match config.log_format {
        LogFormat::Text => subscriber.with(tracing_subscriber::fmt::layer().with_target(false)).init(),
        LogFormat::Json => subscriber.with(tracing_subscriber::fmt::layer().json().flatten_event(true)).init(),
    }
    Ok(())
}

/// What surrounds all that is logged of a request.
pub(crate) fn span<B>(request: &Request<B>) -> Span {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    info_span!("request", method = %request.method(), path = request.uri().path(), id = id.unwrap_or_default())
}
