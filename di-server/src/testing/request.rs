use std::{
    future::{Future, IntoFuture, poll_fn},
    net::SocketAddr,
    pin::{Pin, pin},
};

use bytes::{Bytes, BytesMut};
use di_core::{Body, Service, response::Response};
use http::{
    HeaderName, HeaderValue, Method, Request,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use http_body::Body as _;
use serde::Serialize;

use super::TestResponse;

/// A request in the making; awaiting it sends it.
///
/// What cannot be part of a request, such as a header's name with a space, panics where it is given.
#[derive(Debug)]
#[must_use = "a request is sent when it is awaited"]
pub struct TestRequest {
    service: Service,
    request: Request<Bytes>,
    peer: Option<SocketAddr>,
}

impl TestRequest {
    #[track_caller]
    pub(super) fn new(service: Service, method: Method, uri: &str) -> Self {
        let request = Request::builder().method(method).uri(uri).body(Bytes::new());
        let request = request.unwrap_or_else(|error| panic!("`{uri}` is no URI: {error}"));
        Self { service, request, peer: None }
    }

    /// Adds a header.
    ///
    /// # Panics
    ///
    /// If `name` or `value` cannot be a header's.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let header = HeaderName::from_bytes(name.as_bytes()).unwrap_or_else(|_| panic!("`{name}` is no header's name"));
        let value = HeaderValue::from_str(value).unwrap_or_else(|_| panic!("`{value}` cannot be a header's value"));
        self.request.headers_mut().append(header, value);
        self
    }

    /// Sends a bearer token.
    ///
    /// # Panics
    ///
    /// If `token` cannot be part of a header.
    #[track_caller]
    pub fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// Sends `value` as JSON.
    ///
    /// # Panics
    ///
    /// If `value` cannot be written as JSON.
    #[track_caller]
    pub fn json(mut self, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).unwrap_or_else(|error| panic!("this is not to be had as JSON: {error}"));
        *self.request.body_mut() = body.into();
        self.request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self
    }

    /// Sends `body`, with the content type that [`header`](Self::header) gives.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// Sets the client's address, which [`ConnectInfo`](crate::ConnectInfo) reads.
    pub fn peer(mut self, address: SocketAddr) -> Self {
        self.peer = Some(address);
        self
    }

    /// Sends the request and reads the whole answer.
    ///
    /// # Panics
    ///
    /// If the response's body breaks off.
    pub async fn send(self) -> TestResponse {
        let Self { service, request, peer } = self;
        let what = format!("{} {}", request.method(), request.uri());
        let response = service.handle(request.map(Body::from), peer).await;
        read(what, response).await
    }

    /// What it consists of.
    #[cfg(feature = "websocket")]
    pub(super) fn into_parts(self) -> (Service, Request<Bytes>, Option<SocketAddr>) {
        (self.service, self.request, self.peer)
    }
}

/// Reads the whole answer to `what`.
pub(super) async fn read(what: String, response: Response) -> TestResponse {
    let (parts, body) = response.into_parts();
    let mut body = pin!(body);
    let mut read = BytesMut::new();
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        match frame {
            Ok(frame) => {
                if let Ok(data) = frame.into_data() {
                    read.extend_from_slice(&data);
                }
            }
            Err(error) => panic!("the body of the response to `{what}` broke off: {error}"),
        }
    }
    TestResponse::new(what, parts, read.freeze())
}

impl IntoFuture for TestRequest {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
