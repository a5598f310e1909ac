//! Does a service take its place among axum's routes and tower's layers?

use std::{
    convert::Infallible,
    io::{self, Read, Write},
    net::SocketAddr,
    time::Duration,
};

use di_server::{Next, Server, Service, middleware, prelude::*, server::Listener};
use http::{Extensions, Request};
use tower::{Layer, ServiceExt};
use tower_http::{
    compression::CompressionLayer, set_header::SetResponseHeaderLayer, timeout::TimeoutLayer, trace::TraceLayer,
};

use crate::{
    executors::{Rt, on_every_executor},
    sockets::{client, connect},
    support::{Log, Signal, get, read, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    never: Signal,
}

pub struct Logged(Log);

#[provider(teardown = end)]
fn logged(log: &Log) -> Logged {
    Logged(log.clone())
}

fn end(logged: Logged, outcome: &Outcome) {
    logged.0.push(format_args!("{outcome:?}"));
}

#[get("/hello/{name}")]
async fn hello(name: Path<String>, logged: &Logged, uri: &Uri) -> String {
    logged.0.push(uri.path());
    format!("hello {}", *name)
}

#[get("/long")]
async fn long() -> String {
    "long ".repeat(1000)
}

#[get("/hang")]
async fn hang(logged: &Logged, never: &Signal) {
    let _ = logged;
    never.wait().await;
}

#[derive(Clone)]
pub struct Region(&'static str);

#[get("/region")]
async fn region(region: Extension<Region>) -> &'static str {
    region.0.0
}

#[get("/region/if/any")]
async fn region_if_any(region: Result<Extension<Region>, Rejection>, other: Option<Extension<Region>>) -> &'static str {
    assert_eq!(region.is_ok(), other.is_some());
    region.map_or("nowhere", |region| region.0.0)
}

/// Stops a request, breaks, or says which way the response went.
async fn around(request: di_server::Request, next: Next) -> Result<impl IntoResponse, StatusCode> {
    match request.uri().query() {
        Some("stop") => Err(StatusCode::IM_A_TEAPOT),
        Some("panic") => panic!("on purpose"),
        _ => {
            let matched = request.extensions().get::<MatchedPath>().map(ToString::to_string);
            let headers = [("via", "around".to_owned()), ("x-matched", matched.unwrap_or_default())];
            Ok((headers, next.run(request).await))
        }
    }
}

static TABLE: Table<App> =
    table![hello, long, hang, region, region_if_any, group("/around", layers = [middleware(around)], hello, hang)];

async fn service(rt: Rt) -> (Application<App>, Service, Log) {
    let log = Log::default();
    let builder = App::builder().log(log.clone()).never(Signal::default());
    let app = builder.runtime(rt).build().await.expect("nothing is built");
    let service = app.service(&TABLE);
    (app, service, log)
}

/// What every layer of tower asks of what it wraps.
fn is_a_service<B, S>(service: S) -> S
where
    S: tower::Service<Request<B>, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    service
}

async fn a_service_is_towers_service_for_any_body(rt: Rt) {
    let (_, service, log) = service(rt).await;
    let service = is_a_service::<Body, _>(service);
    let Ok(response) = service.clone().oneshot(request("GET", "/hello/you")).await;
    read(response).await.is(200, "hello you");
    let service = is_a_service::<http_body_util::Full<Bytes>, _>(service);
    let body = http_body_util::Full::new(Bytes::new());
    let Ok(response) = service.oneshot(request("GET", "/hello/me").map(|_| body)).await;
    read(response).await.is(200, "hello me");
    assert_eq!(log.take(), ["/hello/you", "Success(200)", "/hello/me", "Success(200)"]);
}

async fn a_service_nests_in_axum(rt: Rt) {
    let (_, service, log) = service(rt).await;
    let service = is_a_service::<axum::body::Body, _>(service);
    let router = axum::Router::new()
        .route("/axum", axum::routing::get(|| async { "axum" }))
        .nest_service("/di", service.clone())
        .fallback_service(service);
    for (path, status, body) in [
        ("/axum", 200, "axum"),
        ("/di/hello/you", 200, "hello you"),
        ("/hello/me", 200, "hello me"),
        ("/di/hello/a%20b", 200, "hello a b"),
    ] {
        let request = Request::get(path).body(axum::body::Body::empty()).expect("a request");
        let response = router.clone().oneshot(request).await.expect("it never fails");
        read(response).await.is(status, body);
    }
    let paths: Vec<_> = log.take().into_iter().filter(|event| event.starts_with('/')).collect();
    assert_eq!(paths, ["/hello/you", "/hello/me", "/hello/a%20b"]);
    let request = Request::get("/di/nowhere").body(axum::body::Body::empty()).expect("a request");
    read(router.oneshot(request).await.expect("it never fails")).await.is_status(404);
}

async fn a_service_takes_the_layers_of_tower_http(rt: Rt) {
    let (_, service, _) = service(rt).await;
    let header = SetResponseHeaderLayer::overriding(header::SERVER, HeaderValue::from_static("di"));
    let service = (TraceLayer::new_for_http(), header, CompressionLayer::new()).layer(service);
    let asked = |method| {
        let mut request = request(method, "/long");
        request.headers_mut().insert("accept-encoding", HeaderValue::from_static("gzip"));
        request
    };
    let head = service.clone().oneshot(asked("HEAD")).await.expect("it never fails");
    let response = service.oneshot(asked("GET")).await.expect("it never fails");
    assert_eq!(head.headers(), response.headers());
    assert_eq!(response.headers()["server"], "di");
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let body = http_body_util::BodyExt::collect(response.into_body()).await.map_err(|_| "broken").expect("whole");
    let body = body.to_bytes();
    assert!(body.starts_with(b"\x1f\x8b") && body.len() < 1000);
}

async fn what_a_layer_leaves_in_the_request_is_an_input(rt: Rt) {
    let (_, service, _) = service(rt).await;
    get(&service, "/region").await.is_status(500);
    get(&service, "/region/if/any").await.is(200, "nowhere");
    let layered = tower::util::MapRequestLayer::new(|mut request: Request<Body>| {
        request.extensions_mut().insert(Region("north"));
        request
    });
    let layered = layered.layer(service);
    for path in ["/region", "/region/if/any"] {
        let Ok(response) = layered.clone().oneshot(request("GET", path)).await;
        read(response).await.is(200, "north");
    }
}

async fn a_function_goes_around_a_group_and_the_whole(rt: Rt) {
    let (app, service, log) = service(rt).await;
    let answer = get(&service, "/around/hello/you").await;
    answer.is(200, "hello you");
    assert_eq!(answer.header("via"), Some("around"));
    assert_eq!(answer.header("x-matched"), Some("/around/hello/{name}"));
    let answer = send(&service, request("POST", "/around/hello/you")).await;
    answer.is_status(405);
    assert_eq!(answer.header("x-matched"), Some("/around/hello/{name}"));
    log.take();
    get(&service, "/around/hello/you?stop").await.is_status(418);
    get(&service, "/around/hello/you?panic").await.is_status(500);
    assert!(log.take().is_empty(), "the handler was not called");
    let whole = middleware(around).layer(service);
    let Ok(response) = whole.clone().oneshot(request("GET", "/nowhere")).await;
    let answer = read(response).await;
    answer.is_status(404);
    assert_eq!((answer.header("via"), answer.header("x-matched")), (Some("around"), Some("")));
    // What is dropped is torn down.
    let hangs = whole.oneshot(request("GET", "/around/hang"));
    futures_lite::future::or(async { drop(hangs.await) }, futures_lite::future::yield_now()).await;
    app.idle().await;
    assert_eq!(log.take(), ["Cancelled"]);
}

/// The layer's clock is tokio's, so that this needs its runtime.
#[tokio::test]
async fn a_timeout_cancels_the_request_and_tears_it_down() {
    let (app, service, log) = service(Rt::current_tokio()).await;
    let layer = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(10));
    let response = layer.layer(service).oneshot(request("GET", "/hang")).await;
    assert_eq!(response.expect("it never fails").status(), 504);
    app.idle().await;
    assert_eq!(log.take(), ["Cancelled"]);
}

/// Makes every body longer, and says what it was.
async fn lengthened(request: di_server::Request, next: Next) -> Response {
    let (mut parts, body) = next.run(request).await.into_parts();
    let bytes = http_body_util::BodyExt::collect(body).await.expect("a whole body").to_bytes();
    let text = [&bytes[..], b"!!"].concat();
    parts.headers.insert("etag", HeaderValue::from_bytes(&[b"\"", &text[..], b"\""].concat()).expect("text"));
    Response::from_parts(parts, text.into())
}

#[get("/brief")]
async fn brief() -> &'static str {
    "hello"
}

static LENGTHENED: Table<App> = table![brief, group("/group", layers = [middleware(lengthened)], brief)];

async fn a_layer_that_reads_the_body_sees_that_of_get_for_head(rt: Rt) {
    let app = App::builder().log(Log::default()).never(Signal::default()).runtime(rt).build().await;
    let service = app.expect("nothing fails").service(&LENGTHENED);
    for method in ["GET", "HEAD"] {
        let answer = send(&service, request(method, "/group/brief")).await;
        answer.is(200, if method == "GET" { "hello!!" } else { "" });
        assert_eq!(answer.header("etag"), Some("\"hello!!\""), "{method}");
    }
    assert_eq!(send(&service, request("HEAD", "/group/brief")).await.header("content-length"), Some("7"));
    assert_eq!(send(&service, request("HEAD", "/brief")).await.header("content-length"), Some("5"));
}

on_every_executor![
    a_layer_that_reads_the_body_sees_that_of_get_for_head,
    a_service_is_towers_service_for_any_body,
    a_service_nests_in_axum,
    a_service_takes_the_layers_of_tower_http,
    a_function_goes_around_a_group_and_the_whole,
    what_a_layer_leaves_in_the_request_is_an_input,
];

/// What `server` answers to `asked`, word for word; then it stops.
macro_rules! served {
    ($server:expr, $asked:expr $(, $listener:path)?) => {{
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let answered = Signal::default();
        let asked = async {
            let answer = client(move || {
                let mut stream = connect(address);
                let asked = format!("{}\r\nhost: test\r\nconnection: close\r\n\r\n", $asked);
                stream.write_all(asked.as_bytes()).expect("writable");
                let mut answer = String::new();
                stream.read_to_string(&mut answer).expect("an answer");
                answer
            });
            let answer = answer.await;
            answered.set();
            answer
        };
        $(let listener = $listener(listener);)?
        let (served, answer) =
            tokio::join!($server.serve_with(listener, answered.wait(), std::future::pending()), asked);
        served.expect("it stops");
        answer
    }};
}

/// Knows something of its connections.
struct Somewhere(tokio::net::TcpListener);

impl Listener for Somewhere {
    type Io = <tokio::net::TcpListener as Listener>::Io;

    async fn accept(&mut self) -> io::Result<(Self::Io, Option<SocketAddr>)> {
        Listener::accept(&mut self.0).await
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    fn extensions(&self, _: &Self::Io) -> Extensions {
        let mut extensions = Extensions::new();
        extensions.insert(Region("here"));
        extensions
    }
}

#[tokio::test]
async fn what_a_listener_knows_of_a_connection_is_an_input_of_each_request() {
    let answer = served!(Server::new(app().await, &TABLE), "GET /region HTTP/1.1", Somewhere);
    assert!(answer.ends_with("here"), "{answer}");
    let answer = served!(Server::new(app().await, &TABLE), "GET /region/if/any HTTP/1.1");
    assert!(answer.ends_with("nowhere"), "{answer}");
}

async fn app() -> Application<App> {
    App::builder().log(Log::default()).never(Signal::default()).build().await.expect("nothing fails")
}

#[tokio::test]
async fn layers_of_a_server_go_around_each_other() {
    let sets = |value| SetResponseHeaderLayer::appending(header::VIA, HeaderValue::from_static(value));
    let server = Server::new(app().await, &TABLE).layer(sets("first")).layer(sets("second"));
    let answer = served!(server, "GET /hello/you HTTP/1.1");
    let via: Vec<&str> = answer.lines().filter_map(|line| line.strip_prefix("via: ")).collect();
    assert_eq!(via, ["first", "second"]);
}

#[tokio::test]
async fn a_layer_of_a_server_that_reads_the_body_sees_that_of_get_for_head() {
    for path in ["/brief", "/group/brief"] {
        let head = |method| {
            move |answer: String| {
                let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
                assert_eq!(body.is_empty(), method == "HEAD", "{body}");
                let told = |line: &&str| line.starts_with("content-length") || line.starts_with("etag");
                head.lines().filter(told).map(str::to_owned).collect::<Vec<_>>()
            }
        };
        let mut answers = Vec::new();
        for method in ["GET", "HEAD"] {
            let server = Server::new(app().await, &LENGTHENED).layer(middleware(lengthened));
            answers.push(head(method)(served!(server, format!("{method} {path} HTTP/1.1"))));
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0].len(), 2, "{answers:?}");
    }
}

/// A layer that appends a `Via`.
fn via(value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::appending(header::VIA, HeaderValue::from_static(value))
}

#[get("/place")]
async fn place(place: &Place, peer: ConnectInfo) -> String {
    format!("{} {}", place.0, peer.0.ip())
}

pub struct Place(&'static str);

#[provider]
fn place_of_all() -> Place {
    Place("all")
}

static PLACED: Table<App> = table![place, brief];

#[tokio::test]
async fn layers_of_a_test_go_around_the_application_and_what_is_replaced_in_it() {
    let client = TestClient::new(app().await, &PLACED).layer(via("first")).layer((via("third"), via("second")));
    let client = client.provide::<Place>(|| Place("test"));
    for client in [client, TestClient::new(app().await, &PLACED).layer(via("first")).over_socket().await] {
        let at = if client.address().is_some() { "all 127.0.0.1" } else { "test 127.0.0.1" };
        let answer = client.get("/place").await;
        answer.assert_text(at);
        let all: Vec<&[u8]> = answer.headers().get_all("via").iter().map(HeaderValue::as_bytes).collect();
        let expected: &[&[u8]] =
            if client.address().is_some() { &[b"first"] } else { &[b"first", b"second", b"third"] };
        assert_eq!(all, expected);
        client.get("/nowhere").await.assert_status(404).assert_header("via", "first");
        client.shutdown().await;
    }
}

#[tokio::test]
async fn a_layer_of_a_test_that_reads_the_body_sees_that_of_get_for_head() {
    let client = TestClient::new(app().await, &PLACED).layer(middleware(lengthened));
    let (head, get) = (client.request(Method::HEAD, "/brief").await, client.get("/brief").await);
    get.assert_text("hello!!").assert_header("etag", "\"hello!!\"");
    head.assert_text("").assert_header("etag", "\"hello!!\"").assert_header("content-length", "7");
}
