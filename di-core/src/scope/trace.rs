//! What took how long?
//!
//! Kept only when somebody wants it: a subscriber that listens to debug spans, or a `Server-Timing` header.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use http::{HeaderName, HeaderValue};
use tracing::{Level, Span};

use super::plan::Plan;
use crate::{response::Response, settings::Settings};

/// The spans and times of a request: of its steps, and behind them of its handler.
pub(super) struct Trace {
    entries: Vec<Entry>,
}

#[derive(Default)]
struct Entry {
    span: Option<Span>,
    begun: Option<Instant>,
    took: Option<Duration>,
}

impl Trace {
    /// A trace for a request of `plan`, if anybody wants one.
    #[inline]
    pub(super) fn wanted(settings: &Settings, plan: &Plan) -> Option<Box<Self>> {
        if !settings.server_timing && !tracing::enabled!(target: "di", Level::DEBUG) {
            return None;
        }
        let entries = (0..=plan.steps.len()).map(|_| Entry::default()).collect();
        Some(Box::new(Self { entries }))
    }

    /// Notes that something begins, and gives the span to enter whenever it runs.
    pub(super) fn begin(&mut self, index: usize, name: &'static str) -> Span {
        let is_handler = index + 1 == self.entries.len();
        let entry = &mut self.entries[index];
        entry.begun.get_or_insert_with(Instant::now);
        let span = entry.span.get_or_insert_with(|| {
            if is_handler {
                tracing::debug_span!(target: "di", "handler", function = name)
            } else {
                tracing::debug_span!(target: "di", "provider", function = name)
            }
        });
        span.clone()
    }

    /// Notes that something has ended.
    pub(super) fn end(&mut self, index: usize) {
        let entry = &mut self.entries[index];
        entry.span = None;
        if let (Some(begun), None) = (entry.begun, entry.took) {
            entry.took = Some(begun.elapsed());
        }
    }

    /// Adds the header of what took how long, in milliseconds and in plan order
    /// ([Server Timing](https://www.w3.org/TR/server-timing/)).
    pub(super) fn write(&self, plan: &Plan, response: &mut Response) {
        let mut text = String::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let Some(took) = entry.took else { continue };
            let name = plan.steps.get(index).map_or("handler", |step| step.node.function.name);
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                continue;
            }
            let comma = if text.is_empty() { "" } else { ", " };
            let _ = write!(text, "{comma}{name};dur={:.3}", took.as_secs_f64() * 1000.0);
        }
        if let Ok(value) = HeaderValue::try_from(text)
            && !value.is_empty()
        {
            response.headers_mut().append(HeaderName::from_static("server-timing"), value);
        }
    }
}
