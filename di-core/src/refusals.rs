//! How does an application give all of its refusals one shape?
//!
//! A hook sees each on its way out, as the problem that it is. Problems are rendered when they become responses, which is
//! long before that, and by code that knows no application; so where an application has a hook, each response keeps its
//! problem beside what was rendered of it.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use http::{
    header::{CONTENT_LENGTH, CONTENT_TYPE},
    request::Parts,
};
use http_body::Body as _;

use crate::response::{Cause, Problem, Response, unexplained};
use crate::unwind::{caught, discard, guard, message};

/// Whether any application of this process has a hook. A hint alone: without it nothing would be wrong but the time that
/// is spent on keeping problems for nobody.
static KEPT: AtomicBool = AtomicBool::new(false);

/// Whether a response keeps its problem.
pub(crate) fn kept() -> bool {
    KEPT.load(Ordering::Relaxed)
}

type Reshape = dyn Fn(Problem, &Parts) -> Response + Send + Sync;

/// An application's hook.
#[derive(Clone)]
pub(crate) struct Hook(Arc<Reshape>);

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook(..)")
    }
}

impl Hook {
    pub(crate) fn new(reshape: impl Fn(Problem, &Parts) -> Response + Send + Sync + 'static) -> Self {
        KEPT.store(true, Ordering::Relaxed);
        Self(Arc::new(reshape))
    }

    /// `response` in the application's shape, if it is a refusal.
    pub(crate) fn reshape(&self, mut response: Response, request: &Parts) -> Response {
        let Some(problem) = problem(&mut response) else { return response };
        let reshaped = catch_unwind(AssertUnwindSafe(|| (self.0)(problem, request)));
        let mut reshaped = reshaped.unwrap_or_else(|panic| {
            let response = unexplained(format!("the hook of refusals panicked: {}", message(&*panic)));
            discard(panic);
            response
        });
        reshaped.extensions_mut().remove::<Problem>();
        if let Some(cause) = response.extensions_mut().remove::<Cause>() {
            reshaped.extensions_mut().insert(cause);
        }
        // What the refusal says in headers it still says: which methods are allowed, how to show credentials.
        let own = |name: &http::HeaderName| *name == CONTENT_TYPE || *name == CONTENT_LENGTH;
        for name in response.headers().keys().filter(|&name| !own(name)) {
            if !reshaped.headers().contains_key(name) {
                for value in response.headers().get_all(name) {
                    reshaped.headers_mut().append(name, value.clone());
                }
            }
        }
        guard("a refusal", || drop(response));
        reshaped
    }
}

/// The problem that a response is: one that was made of it, or a status from 400 without a body.
fn problem(response: &mut Response) -> Option<Problem> {
    let status = response.status();
    let kept = response.extensions_mut().remove::<Problem>();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let bare = || caught(|| response.body().is_end_stream()).unwrap_or(false).then(|| Problem::new(status));
    // A tuple may have given it another status.
    kept.or_else(bare).map(|problem| problem.status_of(status))
}
