//! Who asks, and what for? A bearer token for programs, a session in a cookie for browsers.
//!
//! ```sh
//! cargo run --example login
//! curl -d 'grant_type=password&username=ada&password=lovelace' http://127.0.0.1:8000/token
//! ```
//!
//! Around the application are layers of tower-http: CORS, protection against cross-site requests, and headers that keep
//! browsers from doing more with a response than they should. Every refusal of the application says where it happened.

mod session;
mod token;
mod users;

use di_server::{
    Server,
    http::request::Parts,
    prelude::*,
    rate_limit::{Policy, RateLimit, RateLimiter, limited},
};
use tower::ServiceBuilder;
use tower_http::{
    cors::CorsLayer,
    csrf::{CsrfLayer, ProtectionError},
    set_header::SetResponseHeaderLayer,
};

use crate::{session::Sessions, token::Keys};

#[derive(Container)]
pub(crate) struct App {
    #[container(input)]
    keys: Keys,
    sessions: Sessions,
    limiter: RateLimiter,
}

#[provider(singleton)]
fn limiter() -> RateLimiter {
    RateLimiter::in_memory()
}

/// Passwords cannot be tried out: so many times from an address, and no more.
struct Attempts;

impl RateLimit for Attempts {
    type Key = ClientAddr;
    const POLICY: Policy = Policy::per_minute("attempts", 10);
}

static TABLE: Table<App> = table![
    group(guards = [limited::<Attempts>()], token::token, session::log_in),
    session::ROUTES,
    token::ROUTES,
    openapi("/openapi.json"),
    docs("/docs"),
];

/// Each refusal names the path that it is about.
fn refusal(problem: Problem, request: &Parts) -> Response {
    problem.instance(request.uri.path().to_owned()).into_response()
}

/// Another site that browsers may call from: CORS lets it read the responses, CSRF lets its requests in.
const FRIEND: &str = "https://app.example.com";

/// What all other sites are told.
fn cross_site(error: ProtectionError) -> Response {
    Problem::new(StatusCode::FORBIDDEN).detail(error.to_string()).into_response()
}

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8000".to_owned());
    let keys = Keys::new(std::env::var("SECRET").unwrap_or_else(|_| "only for this example".to_owned()).as_bytes());
    let app = App::builder().keys(keys).settings(Settings::default().refusals(refusal)).build().await?;
    println!("try: curl -d 'grant_type=password&username=ada&password=lovelace' http://127.0.0.1:{port}/token");

    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let layers = ServiceBuilder::new()
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(CorsLayer::new().allow_origin(HeaderValue::from_static(FRIEND)).allow_headers([header::AUTHORIZATION]))
        .layer(CsrfLayer::new().add_trusted_origin(FRIEND)?.with_rejection_response(cross_site));

    Server::new(app, &TABLE).layer(layers).serve(format!("127.0.0.1:{port}")).await
}
