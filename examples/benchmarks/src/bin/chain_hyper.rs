//! The chain, written by hand on hyper. With a variant that ends in `-timer`, each connection has a timer pending.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use di_benchmarks::{Limiter, Pool};
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

#[derive(Default)]
struct App {
    limiter: Limiter,
    pool: Pool,
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

fn bearer(request: &Request<Incoming>) -> Option<&str> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

fn json(value: &impl serde::Serialize) -> Response<Full<Bytes>> {
    let Ok(body) = serde_json::to_vec(value) else { return status(StatusCode::INTERNAL_SERVER_ERROR) };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

async fn get_user(app: &App, request: &Request<Incoming>, id: &str) -> Response<Full<Bytes>> {
    if !app.limiter.admit() {
        return status(StatusCode::TOO_MANY_REQUESTS);
    }
    let Ok(id) = id.parse::<u64>() else { return status(StatusCode::UNPROCESSABLE_ENTITY) };
    let Some(token) = bearer(request) else { return status(StatusCode::UNAUTHORIZED) };
    let Ok(mut session) = app.pool.begin().await else { return status(StatusCode::INTERNAL_SERVER_ERROR) };
    let Some(user) = session.user(token).await else { return status(StatusCode::UNAUTHORIZED) };
    let response = json(&session.describe(id, &user).await);
    if app.pool.commit(session).await.is_err() {
        return status(StatusCode::INTERNAL_SERVER_ERROR);
    }
    response
}

fn get_user_now(app: &App, request: &Request<Incoming>, id: &str) -> Response<Full<Bytes>> {
    if !app.limiter.admit() {
        return status(StatusCode::TOO_MANY_REQUESTS);
    }
    let Ok(id) = id.parse::<u64>() else { return status(StatusCode::UNPROCESSABLE_ENTITY) };
    let Some(token) = bearer(request) else { return status(StatusCode::UNAUTHORIZED) };
    let Ok(mut session) = app.pool.begin_now() else { return status(StatusCode::INTERNAL_SERVER_ERROR) };
    let Some(user) = session.user_now(token) else { return status(StatusCode::UNAUTHORIZED) };
    let response = json(&session.describe_now(id, &user));
    if app.pool.commit_now(session).is_err() {
        return status(StatusCode::INTERNAL_SERVER_ERROR);
    }
    response
}

async fn route(app: &App, now: bool, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let mut segments = request.uri().path().split('/').skip(1);
    match (request.method(), segments.next(), segments.next(), segments.next()) {
        (&Method::GET, Some("users"), Some(id), None) if now => get_user_now(app, &request, id),
        (&Method::GET, Some("users"), Some(id), None) => get_user(app, &request, id).await,
        (&Method::GET, Some("quit"), None, None) => di_benchmarks::quit(),
        (_, Some("users"), Some(_), None) | (_, Some("quit"), None, None) => status(StatusCode::METHOD_NOT_ALLOWED),
        _ => status(StatusCode::NOT_FOUND),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (variant, port) = di_benchmarks::arguments();
    let (now, timer) = (variant.starts_with("sync"), variant.ends_with("-timer"));
    let app = Arc::new(App::default());
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        if timer {
            tokio::spawn(tokio::time::sleep(Duration::from_secs(3600)));
        }
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let app = Arc::clone(&app);
                async move { Ok::<_, Infallible>(route(&app, now, request).await) }
            });
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
