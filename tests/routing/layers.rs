//! Do tower's layers go around a group, and around nothing else?

use std::{future::Ready, task};

use di_server::{Service, prelude::*};
use tower::util::{MapErrLayer, MapRequestLayer, MapResponseLayer};
use tower_http::{
    compression::CompressionLayer,
    cors::{Any, CorsLayer},
    csrf::CsrfLayer,
    set_header::SetResponseHeaderLayer,
};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Log, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
}

/// Says when a request goes in and comes out.
#[derive(Clone)]
struct Marks(&'static str);

#[derive(Clone)]
struct Marked<S>(S, &'static str);

impl<S> tower::Layer<S> for Marks {
    type Service = Marked<S>;

    fn layer(&self, inner: S) -> Marked<S> {
        Marked(inner, self.0)
    }
}

impl<S> tower::Service<http::Request<Body>> for Marked<S>
where
    S: tower::Service<http::Request<Body>, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> task::Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<Body>) -> S::Future {
        let seen = request.headers().get("seen").and_then(|seen| seen.to_str().ok()).unwrap_or_default();
        let seen = format!("{seen} {}", self.1).trim().to_owned();
        request.headers_mut().insert("seen", seen.parse().expect("words"));
        self.0.call(request)
    }
}

/// Fails each request.
#[derive(Clone)]
struct Fails;

impl<S> tower::Layer<S> for Fails {
    type Service = Fails;

    fn layer(&self, _: S) -> Fails {
        Fails
    }
}

impl tower::Service<http::Request<Body>> for Fails {
    type Response = Response;
    type Error = &'static str;
    type Future = Ready<Result<Response, &'static str>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> task::Poll<Result<(), &'static str>> {
        task::Poll::Ready(Err("it is broken"))
    }

    fn call(&mut self, _: http::Request<Body>) -> Self::Future {
        unreachable!("it is never ready")
    }
}

/// What is said of a layer's error, in the place of nothing.
fn busy(_: &str) -> Rejection {
    Rejection::refused(Problem::new(StatusCode::SERVICE_UNAVAILABLE).detail("too many at once"))
}

pub struct Guarded;

#[provider]
fn guarded(seen: Option<Header<String>>, pass: Option<Header<String>>) -> Result<Guarded, (StatusCode, String)> {
    let seen = seen.map(|seen| seen.0).unwrap_or_default();
    pass.map(|_| Guarded).ok_or((StatusCode::FORBIDDEN, format!("guard saw {seen}")))
}

#[get("/seen")]
async fn seen(seen: Option<Header<String>>) -> String {
    seen.map(|seen| seen.0).unwrap_or_default()
}

#[get("/inner")]
async fn inner(seen: Option<Header<String>>, log: &Log) -> String {
    log.push("inner");
    seen.map(|seen| seen.0).unwrap_or_default()
}

#[post("/change")]
async fn change() -> &'static str {
    "changed"
}

#[get("/plain")]
async fn plain(seen: Option<Header<String>>) -> String {
    seen.map_or_else(|| "unseen".to_owned(), |seen| seen.0)
}

#[get("/long")]
async fn long() -> String {
    "long ".repeat(1000)
}

#[get("/short")]
async fn short() -> &'static str {
    "short"
}

#[get("/stream")]
async fn stream() -> Body {
    Body::stream(http_body_util::StreamBody::new(futures_util::stream::iter([Ok::<_, std::convert::Infallible>(
        http_body::Frame::data(Bytes::from_static(b"stream")),
    )])))
}

#[fallback]
async fn lost(seen: Option<Header<String>>) -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, seen.map(|seen| seen.0).unwrap_or_default())
}

fn secure() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"))
}

fn cors() -> CorsLayer {
    CorsLayer::new().allow_origin(Any).allow_methods([Method::GET])
}

fn panics_before() -> MapRequestLayer<fn(http::Request<Body>) -> http::Request<Body>> {
    MapRequestLayer::new(|_| panic!("it is broken"))
}

fn panics_after() -> MapResponseLayer<fn(Response) -> Response> {
    MapResponseLayer::new(|_| panic!("it is broken"))
}

static TABLE: Table<App> = table![
    plain,
    group(
        "/g",
        layers = [Marks("a"), Marks("b")],
        seen,
        group("/none", group("/deep", guards = [Guarded], layers = [Marks("c")], inner)),
        lost,
    ),
    group("/cors", layers = [cors(), secure()], seen),
    group("/csrf", layers = [CsrfLayer::new()], change, seen),
    group("/broken", layers = [Fails], seen),
    group("/busy", layers = [(MapErrLayer::new(busy), Fails)], seen),
    group(
        "/panics",
        layers = [secure()],
        group("/before", layers = [panics_before()], inner),
        group("/after", layers = [panics_after()], inner)
    ),
    group("/zip", layers = [CompressionLayer::new()], long, short, stream, group("/in", layers = [secure()], long)),
    // One route.
    group(layers = [secure()], change),
];

async fn service(rt: Rt) -> (Service, Log) {
    let log = Log::default();
    let app = App::builder().log(log.clone()).runtime(rt).build().await.expect("nothing is built");
    (app.service(&TABLE), log)
}

fn with(mut request: http::Request<Body>, name: &'static str, value: &'static str) -> http::Request<Body> {
    request.headers_mut().insert(name, HeaderValue::from_static(value));
    request
}

async fn layers_are_called_outermost_first_and_before_guards(rt: Rt) {
    let (service, log) = service(rt).await;
    send(&service, request("GET", "/plain")).await.is(200, "unseen");
    send(&service, request("GET", "/g/seen")).await.is(200, "a b");
    send(&service, request("GET", "/g/nowhere")).await.is(404, "a b");
    send(&service, request("GET", "/g/none/deep/inner")).await.is(403, "guard saw a b c");
    assert!(log.take().is_empty());
    send(&service, with(request("GET", "/g/none/deep/inner"), "pass", "yes")).await.is(200, "a b c");
    assert_eq!(log.take(), ["inner"]);
}

async fn cors_of_a_group_answers_its_preflights_alone(rt: Rt) {
    let (service, _) = service(rt).await;
    let preflight = |path| {
        let request = with(request("OPTIONS", path), "origin", "https://a.example");
        with(request, "access-control-request-method", "GET")
    };
    let answer = send(&service, preflight("/cors/seen")).await;
    answer.is(200, "");
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET"));
    let answer = send(&service, with(request("GET", "/cors/seen"), "origin", "https://a.example")).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("x-frame-options"), Some("DENY"));
    // A method that the path lacks is refused behind the layers.
    let refused = send(&service, request("PUT", "/cors/seen")).await;
    refused.is_status(405);
    assert_eq!(refused.header("x-frame-options"), Some("DENY"));
    let elsewhere = send(&service, preflight("/plain")).await;
    elsewhere.is_status(204);
    assert_eq!(elsewhere.header("access-control-allow-origin"), None);
}

async fn requests_across_sites_are_refused_where_the_layer_is(rt: Rt) {
    let (service, _) = service(rt).await;
    let crossing = |path| with(request("POST", path), "sec-fetch-site", "cross-site");
    send(&service, crossing("/csrf/change")).await.is_status(403);
    send(&service, with(request("POST", "/csrf/change"), "sec-fetch-site", "same-origin")).await.is(200, "changed");
    send(&service, with(request("GET", "/csrf/seen"), "sec-fetch-site", "cross-site")).await.is(200, "");
    let answer = send(&service, crossing("/change")).await;
    answer.is(200, "changed");
    assert_eq!(answer.header("x-frame-options"), Some("DENY"));
}

async fn a_layer_sees_for_head_what_it_sees_for_get(rt: Rt) {
    let (service, _) = service(rt).await;
    for (path, coding, length) in [
        ("/zip/long", Some("gzip"), None),
        ("/zip/in/long", Some("gzip"), None),
        ("/zip/stream", Some("gzip"), None),
        ("/zip/short", None, Some("5")),
    ] {
        let asked = |method| with(request(method, path), "accept-encoding", "gzip");
        let get = service.handle(asked("GET"), None).await;
        let head = send(&service, asked("HEAD")).await;
        head.is(200, "");
        assert_eq!(head.header("content-encoding"), coding, "{path}");
        assert_eq!(head.header("content-length"), length, "{path}");
        for name in ["content-encoding", "content-type", "vary", "x-frame-options"] {
            let get = get.headers().get(name).map(|value| value.to_str().expect("text"));
            assert_eq!(head.header(name), get, "{path} {name}");
        }
    }
}

async fn a_layer_that_fails_is_a_500_or_what_it_says(rt: Rt) {
    let (service, _) = service(rt).await;
    let answer = send(&service, request("GET", "/broken/seen")).await;
    answer.is_status(500);
    assert!(!answer.body.contains("broken"), "{}", answer.body);
    // But for what is said to be its answer.
    let answer = send(&service, request("GET", "/busy/seen")).await;
    answer.is_status(503);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(answer.body.contains("too many at once"), "{}", answer.body);
}

async fn behaviour_35_a_layer_that_panics_is_a_500(rt: Rt) {
    let (service, log) = service(rt).await;
    for (path, ran) in [("/panics/before/inner", &[][..]), ("/panics/after/inner", &["inner"])] {
        let answer = send(&service, request("GET", path)).await;
        answer.is_status(500);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert!(!answer.body.contains("broken"), "{}", answer.body);
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "layers around it see the answer");
        assert_eq!(log.take(), ran, "{path}");
    }
}

on_every_executor![
    layers_are_called_outermost_first_and_before_guards,
    cors_of_a_group_answers_its_preflights_alone,
    requests_across_sites_are_refused_where_the_layer_is,
    a_layer_sees_for_head_what_it_sees_for_get,
    a_layer_that_fails_is_a_500_or_what_it_says,
    behaviour_35_a_layer_that_panics_is_a_500,
];
