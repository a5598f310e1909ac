//! What is a client told of its limits?
//!
//! `RateLimit-Policy` and `RateLimit`, as
//! [draft-ietf-httpapi-ratelimit-headers](https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/) has them.

use std::{error::Error, fmt};

use bytes::Bytes;
use di_core::{
    describe::{Replies, Reply, Schema},
    response::{IntoResponse, IntoResponseParts, Problem, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header::RETRY_AFTER};

use super::{Decision, Policy};
use crate::respond::ResponseParts;

/// A limit is exceeded: a 429 with `Retry-After`, `RateLimit-Policy` and `RateLimit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyRequests {
    pub(super) policy: &'static Policy,
    pub(super) decision: Decision,
}

impl fmt::Display for TooManyRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (quota, window) = (self.policy.quota(), self.policy.window().as_secs_f64());
        write!(f, "more than {quota} requests in {window} s; try again in {} s", self.retry_after())
    }
}

impl Error for TooManyRequests {}

impl TooManyRequests {
    /// Whole seconds: who waits for them gets in.
    fn retry_after(&self) -> u64 {
        self.decision.seconds.max(1)
    }
}

impl IntoResponse for TooManyRequests {
    fn into_response(self) -> Response {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS).detail(self.to_string());
        let mut response = problem.header(RETRY_AFTER, self.retry_after().into()).into_response();
        headers(self.policy, self.decision).into_response_parts(&mut response);
        response
    }

    fn describe(replies: &mut Replies) {
        let reply = Reply::problem(StatusCode::TOO_MANY_REQUESTS, "Too many requests from this client.");
        let integer = Schema::Json(r#"{"type":"integer"}"#);
        let mut reply = reply.header("retry-after", "After how many seconds to try again.", integer);
        let told = [("ratelimit-policy", "How many requests there may be."), ("ratelimit", "How many are left.")];
        for (name, description) in told {
            reply = reply.header(name, description, Schema::STRING);
            replies.success_header(name, description, Schema::STRING);
        }
        replies.push(reply);
    }
}

/// Adds a limit that is kept to the lists of those that the response tells of.
pub(super) fn tell(policy: &Policy, decision: Decision, parts: &mut ResponseParts) {
    for (name, value) in headers(policy, decision) {
        // In one line: many clients look at the first alone.
        let listed = parts.headers().get(&name).map(|others| [others.as_bytes(), b", ", value.as_bytes()].concat());
        let list = listed.and_then(|list| HeaderValue::from_maybe_shared(Bytes::from(list)).ok());
        parts.set(name, list.unwrap_or(value));
    }
}

fn headers(policy: &Policy, decision: Decision) -> [(HeaderName, HeaderValue); 2] {
    let (name, quota) = (policy.name(), policy.quota());
    // The draft has whole seconds alone.
    let window = policy.window().as_secs().max(1);
    let policy = format!("\"{name}\";q={quota};w={window}");
    let state = format!("\"{name}\";r={};t={}", decision.remaining, decision.seconds);
    let value = |text: String| HeaderValue::try_from(text).expect("a policy's name is a word of ASCII");
    [(HeaderName::from_static("ratelimit-policy"), value(policy)), (HeaderName::from_static("ratelimit"), value(state))]
}
