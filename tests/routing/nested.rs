//! Does a request reach a service of another make, below a prefix?

use di_server::{Forward, Service, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Log, request, send},
};

/// The application inside.
mod inner {
    use super::*;

    #[derive(Container)]
    pub struct Inner {
        #[container(input)]
        log: Log,
        pool: Pool,
    }

    pub struct Pool(Log);

    #[provider(singleton, container = Inner, teardown = close)]
    fn pool(log: &Log) -> Pool {
        Pool(log.clone())
    }

    fn close(pool: Pool, _: &Outcome) {
        pool.0.push("inner pool closed");
    }

    #[get("/hello/{name}", container = Inner)]
    async fn hello(name: Path<String>, uri: &Uri, pool: &Pool, client: ConnectInfo) -> String {
        pool.0.push("hello");
        format!("{} at {uri} from {}", *name, client.0)
    }

    #[post("/echo", container = Inner)]
    async fn echo(body: String) -> String {
        body
    }

    pub static TABLE: Table<Inner> = table![container = Inner, hello, echo];
}

pub struct Nested {
    app: Application<inner::Inner>,
    service: Service,
}

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    rt: Rt,
    #[container(input)]
    router: axum::Router,
    nested: Nested,
}

#[provider(singleton, teardown = stop)]
async fn nested(log: &Log, rt: &Rt) -> Result<Nested, di_server::BuildError> {
    let app = inner::Inner::builder().log(log.clone()).runtime(rt.clone()).build().await?;
    let service = app.service(&inner::TABLE);
    Ok(Nested { app, service })
}

async fn stop(nested: Nested, _: &Outcome) {
    let Nested { app, service } = nested;
    drop(service);
    app.shutdown().await;
}

pub struct Admin;

#[provider]
fn admin(token: Bearer) -> Result<Admin, StatusCode> {
    if token.token() == "root" { Ok(Admin) } else { Err(StatusCode::FORBIDDEN) }
}

#[fallback("/inner")]
async fn to_inner(request: Forward, nested: &Nested) -> Response {
    request.to(nested.service.clone()).await
}

#[fallback(body_limit = 8)]
async fn to_axum(request: Forward, router: &axum::Router) -> Response {
    request.to(router.clone()).await
}

#[get("/axum/own")]
async fn ours() -> &'static str {
    "ours"
}

static TABLE: Table<App> = table![to_inner, ours, group("/axum", guards = [Admin], to_axum)];

fn router() -> axum::Router {
    let echo = |uri: Uri, body: String| async move { format!("axum {uri} {body}") };
    axum::Router::new().route("/a/b", axum::routing::any(echo)).route("/", axum::routing::get(|| async { "root" }))
}

async fn app(rt: Rt) -> (Application<App>, Log) {
    let log = Log::default();
    let builder = App::builder().log(log.clone()).rt(rt.clone()).router(router());
    (builder.runtime(rt).build().await.expect("all is built"), log)
}

fn from_root(method: &str, uri: &str, body: &'static str) -> http::Request<Body> {
    let mut request = request(method, uri).map(|_| Body::from(body));
    request.headers_mut().insert("authorization", HeaderValue::from_static("Bearer root"));
    request
}

async fn an_application_nests_in_another_and_ends_with_it(rt: Rt) {
    let (app, log) = app(rt).await;
    let service = app.service(&TABLE);
    let peer = "192.0.2.1:4000".parse().expect("an address");
    let response = service.handle(request("GET", "/inner/hello/a%2Fb?c=d"), Some(peer)).await;
    crate::support::read(response).await.is(200, "a/b at /hello/a%2Fb?c=d from 192.0.2.1:4000");
    let echo = request("POST", "/inner/echo").map(|_| Body::from("body"));
    send(&service, echo).await.is(200, "body");
    let refused = send(&service, request("GET", "/inner/nowhere")).await;
    refused.is_status(404);
    assert!(refused.body.contains("`/nowhere`"), "{}", refused.body);
    assert_eq!(log.take(), ["hello"]);
    drop(service);
    app.shutdown().await;
    assert_eq!(log.take(), ["inner pool closed"]);
}

async fn a_router_of_axum_nests_behind_guards(rt: Rt) {
    let (app, _) = app(rt).await;
    let service = app.service(&TABLE);
    send(&service, request("GET", "/axum/own")).await.is(200, "ours");
    send(&service, request("GET", "/axum/a/b")).await.is_status(401);
    send(&service, from_root("PUT", "/axum/a/b?q", "body")).await.is(200, "axum /a/b?q body");
    send(&service, from_root("GET", "/axum", "")).await.is(200, "root");
    send(&service, from_root("GET", "/axum/", "")).await.is(200, "root");
    send(&service, from_root("GET", "/axum/c", "")).await.is(404, "");
    // The limit of the handler that hands on.
    send(&service, from_root("PUT", "/axum/a/b", "a long body")).await.is_status(413);
}

on_every_executor![an_application_nests_in_another_and_ends_with_it, a_router_of_axum_nests_behind_guards];
