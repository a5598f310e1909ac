//! Is a request the opening handshake of a websocket?
//!
//! Over HTTP/1.1 that is a `GET` with `Upgrade: websocket` ([RFC 6455 §4.2](https://www.rfc-editor.org/rfc/rfc6455#section-4.2)),
//! over HTTP/2 a `CONNECT` with `:protocol: websocket` ([RFC 8441 §5](https://www.rfc-editor.org/rfc/rfc8441#section-5)).

use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::STANDARD};
use di_core::{
    Executor,
    response::{IntoResponse, Problem, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version,
    header::{
        CONNECTION, CONTENT_LENGTH, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
        SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE,
    },
    request::Parts,
};
use hyper::{ext::Protocol, upgrade::OnUpgrade};
use tungstenite::handshake::derive_accept_key;

use super::{
    Io, WebSocketOptions,
    link::Opening,
    session::{Head, Shared},
};
use crate::server::Busy;

pub(crate) const KEY: HeaderName = SEC_WEBSOCKET_KEY;
pub(crate) const VERSION: HeaderName = SEC_WEBSOCKET_VERSION;
pub(crate) const PROTOCOL: HeaderName = SEC_WEBSOCKET_PROTOCOL;

/// A connection that is ours already: the one end of a pipe, in the extensions of a test's request.
#[derive(Clone)]
pub(crate) struct Claim(Arc<Mutex<Option<Io>>>);

impl Claim {
    pub(crate) fn new(io: Io) -> Self {
        Self(Arc::new(Mutex::new(Some(io))))
    }

    fn take(&self) -> Option<Io> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Looks at a request, and takes from it what the websocket will run over.
pub(super) fn open(
    options: &WebSocketOptions,
    parts: &mut Parts,
    executor: &Executor,
) -> Result<Arc<Shared>, Response> {
    let accept = accept(parts)?;
    let busy = parts.extensions.remove::<Busy>();
    let opening: Opening = if let Some(io) = parts.extensions.remove::<Claim>().and_then(|claim| claim.take()) {
        Box::pin(std::future::ready(Ok(io)))
    } else if let Some(upgrade) = parts.extensions.remove::<OnUpgrade>() {
        Box::pin(async {
            let io: Io = Box::new(upgrade.await?);
            Ok(io)
        })
    } else {
        tracing::error!("a websocket cannot be opened: this server, or a layer in it, keeps the connection to itself");
        let problem = Problem::new(StatusCode::NOT_IMPLEMENTED).detail("this server opens no websockets here");
        return Err(problem.into_response());
    };
    let protocol = protocol(options.protocols, &parts.headers);
    Ok(Arc::new(Shared::new(opening, options, Head { accept, protocol }, executor.clone(), busy)))
}

/// The value of `Sec-WebSocket-Accept`; HTTP/2 has none.
fn accept(parts: &Parts) -> Result<Option<HeaderValue>, Response> {
    let opens = if parts.version == Version::HTTP_2 {
        let protocol = parts.extensions.get::<Protocol>();
        parts.method == Method::CONNECT && protocol.is_some_and(|protocol| protocol.as_str() == "websocket")
    } else {
        parts.method == Method::GET && has_token(&parts.headers, &UPGRADE, "websocket")
    };
    if !opens {
        return Err(upgrade_required(parts, "this is a websocket, and the request does not open one"));
    }
    let headers = &parts.headers;
    match headers.get(SEC_WEBSOCKET_VERSION).map(HeaderValue::as_bytes) {
        Some(b"13") => {}
        Some(_) => return Err(upgrade_required(parts, "of the websocket protocol this is version 13")),
        None => return Err(malformed("`Sec-WebSocket-Version` is missing")),
    }
    if parts.version == Version::HTTP_2 {
        return Ok(None);
    }
    if parts.version != Version::HTTP_11 {
        return Err(upgrade_required(parts, "a websocket is opened over HTTP/1.1, or over HTTP/2"));
    }
    if !has_token(headers, &CONNECTION, "upgrade") {
        return Err(malformed("`Connection: upgrade` is missing"));
    }
    // Who has not read it would take it for frames.
    if headers.contains_key(TRANSFER_ENCODING) || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0") {
        return Err(malformed("a request that opens a websocket has no body"));
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).ok_or_else(|| malformed("`Sec-WebSocket-Key` is missing"))?.as_bytes();
    if !STANDARD.decode(key).is_ok_and(|key| key.len() == 16) {
        return Err(malformed("`Sec-WebSocket-Key` is not 16 bytes in base64"));
    }
    let accept = HeaderValue::try_from(derive_accept_key(key)).expect("base64 is a header's value");
    Ok(Some(accept))
}

/// The first of the protocols that the client speaks too ([RFC 6455 §4.2.2](https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2)).
fn protocol(ours: &[&'static str], headers: &HeaderMap) -> Option<&'static str> {
    ours.iter().copied().find(|&ours| tokens(headers, &SEC_WEBSOCKET_PROTOCOL).any(|theirs| theirs == ours))
}

fn has_token(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    tokens(headers, name).any(|token| token.eq_ignore_ascii_case(wanted))
}

/// What a header lists, in one line or in several.
fn tokens<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let lines = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

fn malformed(detail: &'static str) -> Response {
    Problem::new(StatusCode::BAD_REQUEST).detail(detail).into_response()
}

/// The answer to a request that opens no websocket, or one that this server does not speak
/// ([RFC 9110 §15.5.22](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.22)).
fn upgrade_required(parts: &Parts, detail: &'static str) -> Response {
    let mut problem = Problem::new(StatusCode::UPGRADE_REQUIRED)
        .detail(detail)
        .header(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    if parts.version != Version::HTTP_2 {
        problem = problem
            .header(CONNECTION, HeaderValue::from_static("upgrade"))
            .header(UPGRADE, HeaderValue::from_static("websocket"));
    }
    problem.into_response()
}

impl Head {
    /// The response that opens the websocket.
    pub(super) fn to_response(&self) -> Response {
        let mut response = Response::default();
        let headers = response.headers_mut();
        if let Some(accept) = &self.accept {
            headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept.clone());
        }
        if let Some(protocol) = self.protocol {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(protocol));
        }
        if self.accept.is_some() {
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        }
        response
    }
}
