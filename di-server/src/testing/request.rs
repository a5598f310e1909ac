use std::{
    convert::Infallible,
    future::{Future, IntoFuture},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
#[cfg(feature = "websocket")]
use di_core::rt::Runtime;
use di_core::{Body, response::Response};
use futures_core::Stream;
use http::{
    HeaderName, HeaderValue, Method, Request,
    header::{AUTHORIZATION, CONTENT_TYPE, COOKIE},
};
#[cfg(feature = "websocket")]
use http::{StatusCode, Uri, Version};
use http_body::Frame;
use serde::Serialize;

#[cfg(feature = "websocket")]
use super::pipe::pipe;
#[cfg(feature = "test-server")]
use super::server::Server;
use super::{FormData, TestResponse, TestStream, cookies::Jar, target::Target};
#[cfg(feature = "websocket")]
use crate::websocket::{Claim, Io};

/// A request in the making; awaiting it sends it.
///
/// Over no socket it comes from 127.0.0.1:50000, unless [`peer`](Self::peer) says otherwise.
///
/// What cannot be part of a request, such as a header's name with a space, panics where it is given.
#[derive(Debug)]
#[must_use = "a request is sent when it is awaited"]
pub struct TestRequest {
    target: Target,
    request: Request<Body>,
    peer: SocketAddr,
    jar: Option<Arc<Jar>>,
    #[cfg(feature = "test-server")]
    server: Option<Arc<Server>>,
}

/// Where requests come from that nothing is said of.
const PEER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 50_000);

impl TestRequest {
    #[track_caller]
    pub(super) fn new(target: Target, method: Method, uri: &str) -> Self {
        let request = Request::builder().method(method).uri(uri).body(Body::empty());
        let request = request.unwrap_or_else(|error| panic!("`{uri}` is no URI: {error}"));
        Self {
            target,
            request,
            peer: PEER,
            jar: None,
            #[cfg(feature = "test-server")]
            server: None,
        }
    }

    pub(super) fn with_jar(mut self, jar: Option<&Arc<Jar>>) -> Self {
        self.jar = jar.cloned();
        self
    }

    #[cfg(feature = "test-server")]
    pub(super) fn at(mut self, server: Option<&Arc<Server>>) -> Self {
        self.server = server.cloned();
        self
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

    /// Adds `value` to the query: the fields of a struct, the pairs of a map or a list, each percent-encoded.
    ///
    /// # Panics
    ///
    /// If `value` is none of these.
    ///
    /// # Examples
    ///
    /// ```
    /// use di_server::prelude::*;
    ///
    /// # #[derive(Container)] pub struct App {}
    /// #[get("/search")]
    /// async fn search(text: Query<String>, page: Query<u32>) -> String {
    ///     format!("{} {}", *text, *page)
    /// }
    ///
    /// static TABLE: Table<App> = table![search];
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), di_server::Error> {
    /// let client = TestClient::new(App::builder().build().await?, &TABLE);
    /// client.get("/search?page=2").query(&[("text", "a & b")]).await.assert_text("a & b 2");
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn query(mut self, value: &impl Serialize) -> Self {
        let more = serde_html_form::to_string(value).unwrap_or_else(|error| panic!("this is no query: {error}"));
        let uri = self.request.uri().to_string();
        let between = match self.request.uri().query() {
            _ if more.is_empty() => "",
            None => "?",
            Some("") => "",
            Some(_) => "&",
        };
        *self.request.uri_mut() = format!("{uri}{between}{more}").parse().expect("what is encoded fits into a URI");
        self
    }

    /// Sends `value` as JSON.
    ///
    /// # Panics
    ///
    /// If `value` cannot be written as JSON.
    #[track_caller]
    pub fn json(mut self, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).unwrap_or_else(|error| panic!("this is not to be had as JSON: {error}"));
        *self.request.body_mut() = Bytes::from(body).into();
        self.request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self
    }

    /// Sends `value` as a form: the fields of a struct, the pairs of a map or a list.
    ///
    /// # Panics
    ///
    /// If `value` is none of these.
    #[track_caller]
    pub fn form(mut self, value: &impl Serialize) -> Self {
        let body = serde_html_form::to_string(value).unwrap_or_else(|error| panic!("this is no form: {error}"));
        *self.request.body_mut() = Bytes::from(body).into();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.request.headers_mut().insert(CONTENT_TYPE, form);
        self
    }

    /// Sends a form with files.
    pub fn multipart(mut self, form: FormData) -> Self {
        let (content_type, body) = form.finish();
        *self.request.body_mut() = body.into();
        let content_type = HeaderValue::try_from(content_type).expect("a boundary is text");
        self.request.headers_mut().insert(CONTENT_TYPE, content_type);
        self
    }

    /// Sends a cookie, beside those that a client with [`cookies`](super::TestClient::cookies) keeps.
    ///
    /// # Panics
    ///
    /// If `name` or `value` cannot be part of a header.
    #[track_caller]
    pub fn cookie(mut self, name: &str, value: &str) -> Self {
        let own = self.request.headers_mut().remove(COOKIE);
        let own = own.as_ref().and_then(|own| own.to_str().ok()).map_or_else(String::new, |own| format!("{own}; "));
        self.header(COOKIE.as_str(), &format!("{own}{name}={value}"))
    }

    /// Sends `chunks` as they come.
    pub fn stream(mut self, chunks: impl Stream<Item = Bytes> + Send + 'static) -> Self {
        *self.request.body_mut() = Body::stream(Chunks(Box::pin(chunks)));
        self
    }

    /// Sends `body`, with the content type that [`header`](Self::header) gives.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        *self.request.body_mut() = body.into().into();
        self
    }

    /// Sets the client's address, which [`ConnectInfo`](crate::ConnectInfo) and [`ClientAddr`](crate::ClientAddr) read; without it,
    /// 127.0.0.1:50000. A request from nowhere, as over a Unix socket, is one for [`Service::handle`](crate::Service::handle).
    pub fn peer(mut self, address: SocketAddr) -> Self {
        self.peer = address;
        self
    }

    /// Sends the request and reads the whole answer.
    ///
    /// # Panics
    ///
    /// If the response's body breaks off.
    pub async fn send(self) -> TestResponse {
        self.streaming().await.finish().await
    }

    /// Sends the request and gives the answer once its head is there; its body is read piece by piece.
    ///
    /// ```
    /// # use di_server::{prelude::*, testing::TestClient};
    /// # #[derive(Container)] pub struct App {}
    /// #[get("/numbers")]
    /// async fn numbers() -> Ndjson<u32> {
    ///     Ndjson::new(generate(async |mut out| {
    ///         for number in 1..=3 {
    ///             out.send(number).await;
    ///         }
    ///     }))
    /// }
    ///
    /// static TABLE: Table<App> = table![numbers];
    ///
    /// # #[tokio::main]
    /// # async fn main() {
    /// let client = TestClient::new(App::builder().build().await.unwrap(), &TABLE);
    /// let mut numbers = client.get("/numbers").streaming().await;
    /// numbers.assert_status(200);
    /// assert_eq!(numbers.item::<u32>().await, Some(1));
    /// assert_eq!(numbers.item::<u32>().await, Some(2));
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Over a socket, if the connection breaks off.
    pub async fn streaming(mut self) -> TestStream {
        let what = format!("{} {}", self.request.method(), self.request.uri());
        self.add_cookies();
        let jar = self.jar.take();
        let (parts, body) = self.answer().await.into_parts();
        if let Some(jar) = jar {
            jar.take(&parts.headers);
        }
        TestStream::new(what, parts, body)
    }

    async fn answer(self) -> Response {
        #[cfg(feature = "test-server")]
        if let Some(server) = self.server {
            return server.send(self.request).await;
        }
        self.target.call(self.request, self.peer).await
    }

    /// Sends a handshake: the response, and what the websocket runs over if that opens one.
    #[cfg(feature = "websocket")]
    pub(super) async fn open(mut self) -> (Response, Option<Io>) {
        self.add_cookies();
        let jar = self.jar.take();
        let (response, io) = self.upgrade().await;
        if let Some(jar) = jar {
            jar.take(response.headers());
        }
        let opened = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        (response, io.filter(|_| opened))
    }

    #[cfg(feature = "websocket")]
    async fn upgrade(self) -> (Response, Option<Io>) {
        #[cfg(feature = "test-server")]
        if let Some(server) = self.server {
            let mut response = server.send(self.request).await;
            let io = hyper::upgrade::on(&mut response).await.ok();
            return (response, io.map(|io| Box::new(io) as Io));
        }
        let mut request = self.request;
        let (ours, theirs) = pipe();
        *request.version_mut() = Version::HTTP_11;
        request.extensions_mut().insert(Claim::new(Box::new(theirs)));
        (self.target.call(request, self.peer).await, Some(Box::new(ours)))
    }

    /// Where it goes.
    #[cfg(feature = "websocket")]
    pub(super) fn uri(&self) -> &Uri {
        self.request.uri()
    }

    /// What runs the application.
    #[cfg(feature = "websocket")]
    pub(super) fn runtime(&self) -> Arc<dyn Runtime> {
        Arc::clone(self.target.service.runtime())
    }

    fn add_cookies(&mut self) {
        if let Some(jar) = &self.jar {
            let path = self.request.uri().path().to_owned();
            jar.give(&path, self.request.headers_mut());
        }
    }
}

/// Chunks as a body.
struct Chunks(Pin<Box<dyn Stream<Item = Bytes> + Send>>);

impl http_body::Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.as_mut().poll_next(cx).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
    }
}

impl IntoFuture for TestRequest {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
