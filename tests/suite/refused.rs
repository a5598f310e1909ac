//! What has begun when a request is refused, and what do teardowns learn of it?

use di_server::{Redirect, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Log, get, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
}

/// A transaction.
pub struct Session;

#[provider(teardown = end)]
async fn session(log: &Log) -> Session {
    log.push("begin");
    Session
}

async fn end(_: Session, outcome: &Outcome, log: &Log) {
    log.push(if outcome.is_success() { "commit".to_owned() } else { format!("roll back after {outcome:?}") });
}

/// Writes, before the one who refuses is asked.
pub struct Counted;

#[provider]
async fn counted(session: &mut Session, tasks: &BackgroundTasks, log: &Log) -> Counted {
    let (_, log) = (session, log.clone());
    tasks.spawn(async move { log.push("in the background") });
    Counted
}

pub struct LoggedIn;

#[provider]
async fn logged_in() -> Result<LoggedIn, Redirect> {
    Err(Redirect::to("/login"))
}

#[get("/private")]
async fn private(_session: &Session) -> &'static str {
    "private"
}

/// Its teardown fails, with a redirect.
pub struct Odd;

#[provider(teardown = end_odd)]
async fn odd(session: &Session) -> Odd {
    let _ = session;
    Odd
}

async fn end_odd(_: Odd, _: &Outcome) -> Result<(), StatusCode> {
    Err(StatusCode::FOUND)
}

#[get("/odd")]
async fn oddly(odd: &Odd) {
    let _ = odd;
}

/// Asks for a session before it asks for credentials.
pub struct User;

#[provider]
async fn user(session: &mut Session, token: Bearer) -> User {
    let _ = (session, token);
    User
}

#[get("/me")]
async fn me(user: &User) -> &'static str {
    let _ = user;
    "me"
}

static TABLE: Table<App> = table![group(guards = [Counted, LoggedIn], private), oddly, me];

async fn service(rt: Rt) -> (Application<App>, di_server::Service) {
    let app = App::builder().log(Log::default()).runtime(rt).build().await.unwrap();
    let service = app.service(&TABLE);
    (app, service)
}

async fn a_refusal_is_an_error_whatever_its_status(rt: Rt) {
    let (app, service) = service(rt).await;
    get(&service, "/private").await.is_status(303);
    app.idle().await;
    assert_eq!(app.log.take(), ["begin", "roll back after Error(303)"]);
}

async fn a_teardown_that_fails_is_an_error_whatever_its_status(rt: Rt) {
    let (app, service) = service(rt).await;
    get(&service, "/odd").await.is_status(302);
    assert_eq!(app.log.take(), ["begin", "roll back after Error(302)"]);
}

async fn nothing_is_begun_for_who_shows_no_credentials(rt: Rt) {
    let (app, service) = service(rt).await;
    get(&service, "/me").await.is_status(401);
    assert!(app.log.take().is_empty());
    let mut with_token = request("GET", "/me");
    with_token.headers_mut().insert("authorization", HeaderValue::from_static("Bearer x"));
    send(&service, with_token).await.is(200, "me");
    assert_eq!(app.log.take(), ["begin", "commit"]);
}

on_every_executor![
    a_refusal_is_an_error_whatever_its_status,
    a_teardown_that_fails_is_an_error_whatever_its_status,
    nothing_is_begun_for_who_shows_no_credentials,
];
