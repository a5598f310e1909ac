//! Requests in, values or responses out.

mod fields;
mod form;
mod header;
mod json;
mod path;
mod properties;
mod query;
mod security;

use std::{
    fmt::Debug,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use di_core::{
    graph::{Extract, Rejection, RequestView},
    response::{Body, IntoResponse, Response},
    route::Route,
};
use http::request::{Builder, Parts};
use serde_json::Value;

/// A request that extractors can be tried on.
struct Request {
    parts: Parts,
    route: Option<Route<'static>>,
    body: Bytes,
}

impl Request {
    fn new(builder: Builder, body: impl Into<Bytes>) -> Self {
        let (parts, ()) = builder.body(()).expect("the test's request is one").into_parts();
        Self { parts, route: None, body: body.into() }
    }

    fn get(uri: &str) -> Self {
        Self::new(http::Request::get(uri), "")
    }

    fn view(&self) -> RequestView<'_> {
        RequestView { route: self.route, body: Some(&self.body), ..RequestView::of(&self.parts) }
    }

    fn extract<T: Extract>(&self, name: &'static str) -> Result<T, Rejection> {
        T::extract(self.view(), name)
    }

    /// What the client is told.
    #[track_caller]
    fn refusal<T: Extract + Debug>(&self, name: &'static str) -> Refusal {
        let rejection = self.extract::<T>(name).expect_err("the input is refused");
        Refusal { absent: rejection.is_absent(), response: rejection.into_response() }
    }
}

struct Refusal {
    absent: bool,
    response: Response,
}

impl Refusal {
    fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    fn json(self) -> Value {
        serde_json::from_slice(&read(self.response.into_body())).expect("a problem is JSON")
    }

    fn detail(self) -> String {
        self.json()["detail"].as_str().unwrap_or_default().to_owned()
    }

    /// The entries, each as `location name kind: message`; the name of a body is its pointer.
    #[track_caller]
    fn entries(self) -> Vec<String> {
        assert_eq!(self.status(), 422);
        let json = self.json();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let name = |entry: &Value| text(entry.get("name").unwrap_or(&entry["pointer"]));
        let entry = |e: &Value| format!("{} {} {}: {}", text(&e["in"]), name(e), text(&e["kind"]), text(&e["detail"]));
        json["errors"].as_array().expect("entries").iter().map(entry).collect()
    }
}

fn read(mut body: Body) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut cx = Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(frame)) = http_body::Body::poll_frame(Pin::new(&mut body), &mut cx) {
        let data = frame.expect("the body is at hand").into_data();
        bytes.extend_from_slice(&data.expect("the body has no trailers"));
    }
    bytes
}

mod nodes {
    use di_core::graph::{InputProbe, NotInput, Provide, Scope, Source};

    use crate::extract::{Bearer, Json, Query};

    /// No `Deserialize`.
    struct Opaque;

    #[test]
    fn an_extractor_is_provided_though_its_type_cannot_be_read() {
        let node = <Query<Opaque> as Provide<()>>::NODE.get();
        assert_eq!((node.ty, node.scope), ("Query<_>", Scope::Input));
        assert!(node.requires.contains("#[derive(serde::Deserialize)]"));
        assert!(InputProbe::<Query<Opaque>>::INPUT.is_none());
        assert_eq!(InputProbe::<Json<u8>>::INPUT.map(|input| input.source), Some(Source::Body));
        assert_eq!(<Bearer as Provide<()>>::NODE.get().ty, "Bearer");
    }
}
