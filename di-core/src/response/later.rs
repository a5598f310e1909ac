//! How does a response come about that depends on the request, or has to wait for something?
//!
//! What a handler returns knows nothing of the request. A file has to be opened, and what of it is sent depends on `Range`
//! and `If-None-Match`; a stream of events needs a timer. Such a value becomes a placeholder, which the engine completes
//! before the outcome is fixed and anything is torn down.

use std::{
    fmt,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use http::{StatusCode, request::Parts, response};

use super::{Response, unexplained};
use crate::{executor::Executor, rt::BoxFuture};

/// What a response may see of the request that it answers, while it is being completed.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'r> {
    /// Method, URI, headers and extensions of the request.
    pub parts: &'r Parts,
    /// The executor that the application runs on.
    pub executor: &'r Executor,
    /// The status that a tuple has set on the placeholder; 200 if none has.
    pub status: StatusCode,
}

type Completing = Box<dyn FnOnce(Asked<'_>) -> BoxFuture<'static, Response> + Send>;

/// What completes a placeholder; in its extensions, which are cloned, so that it is behind a count.
#[derive(Clone)]
pub(crate) struct Later(Arc<Mutex<Option<Completing>>>);

/// A response that `complete` makes once the request is at hand: for implementations of [`IntoResponse`](super::IntoResponse).
///
/// Until then a placeholder stands for it: 200 without a body. The headers that a tuple sets on that, and a status other than
/// 200, go over what `complete` gives, unless it is an error; a status only over a 200. A panic of `complete`, or of its
/// future, is a 500 as a handler's own is, and a client that goes away drops the future.
///
/// ```
/// use di_core::response::{IntoResponse, Response, later};
///
/// /// Says which method the request has.
/// struct WhichMethod;
///
/// impl IntoResponse for WhichMethod {
///     fn into_response(self) -> Response {
///         later(|asked| {
///             let method = asked.parts.method.to_string();
///             async move { method.into_response() }
///         })
///     }
/// }
/// ```
pub fn later<F, Fut>(complete: F) -> Response
where
    F: FnOnce(Asked<'_>) -> Fut + Send + 'static,
    Fut: Future<Output = Response> + Send + 'static,
{
    let completing: Completing = Box::new(move |asked| Box::pin(complete(asked)));
    let mut response = Response::default();
    response.extensions_mut().insert(Later(Arc::new(Mutex::new(Some(completing)))));
    response
}

impl Later {
    /// What is to complete `response`, if it is a placeholder.
    #[inline]
    pub(crate) fn of(response: &mut Response) -> Option<Self> {
        if response.extensions().is_empty() {
            return None;
        }
        response.extensions_mut().remove()
    }

    /// Begins to complete the placeholder.
    pub(crate) fn begin(self, placeholder: Response, asked: Asked<'_>) -> BoxFuture<'static, Response> {
        let (parts, _) = placeholder.into_parts();
        let completing = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(completing) = completing else {
            let cause = "a response was cloned before it was complete, and answers a second request";
            return Box::pin(std::future::ready(unexplained(cause.to_owned())));
        };
        let completing = completing(asked);
        Box::pin(async move { over(parts, completing.await) })
    }
}

/// Sets what was set on the placeholder on what took its place.
fn over(placeholder: response::Parts, mut response: Response) -> Response {
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        return response;
    }
    if status == StatusCode::OK {
        *response.status_mut() = placeholder.status;
    }
    response.headers_mut().extend(placeholder.headers);
    response.extensions_mut().extend(placeholder.extensions);
    response
}

impl fmt::Debug for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Later")
    }
}
