//! In which order is a request resolved, and what does a refusal stop?

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use di_server::{Service, prelude::*};
use http_body::Frame;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Barrier, Log, Refused, Signal, from_user, get, json, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    barrier: Barrier,
    #[container(input)]
    signal: Signal,
}

/// Guard number `N`; refused when the header `x-refuse` has its number.
pub struct Guard<const N: usize>;

#[provider]
async fn guard<const N: usize>(
    log: &Log,
    refuse: Option<Header<usize>>,
    headers: &HeaderMap,
) -> Result<Guard<N>, Refused> {
    let _ = refuse;
    log.push(format_args!("guard {N}"));
    pause().await;
    let refused = headers.get("x-refuse").is_some_and(|refused| refused == N.to_string().as_str());
    if refused { Err(Refused(430 + u16::try_from(N).expect("small"))) } else { Ok(Guard) }
}

pub struct User;

#[provider]
async fn user(log: &Log, token: Bearer, profile: &Profile) -> Result<User, Refused> {
    let _ = profile;
    log.push("user");
    if token.token() == "mallory" { Err(Refused(403)) } else { Ok(User) }
}

/// What the user needs comes with it.
pub struct Profile;

#[provider]
fn profile(log: &Log) -> Profile {
    log.push("profile");
    Profile
}

pub struct Session;

#[provider]
async fn session(log: &Log) -> Session {
    log.push("session");
    Session
}

/// Not to be held while a client takes its time with a body.
pub struct Transaction;

#[provider(after_body)]
async fn transaction(log: &Log) -> Transaction {
    log.push("transaction");
    Transaction
}

/// Waits because of what it needs.
pub struct Ledger;

#[provider]
fn ledger(log: &Log, transaction: &Transaction) -> Ledger {
    let _ = transaction;
    log.push("ledger");
    Ledger
}

/// Found out with a transaction, and before any body.
pub struct Payer;

#[provider]
async fn payer(log: &Log, token: Bearer, transaction: &Transaction) -> Payer {
    let _ = (token, transaction);
    log.push("payer");
    Payer
}

/// What the user has to pay: it takes no credentials itself, and so waits with what it needs.
pub struct Bill;

#[provider]
async fn bill(log: &Log, user: Option<&User>, transaction: &Transaction) -> Bill {
    let _ = (user, transaction);
    log.push("bill");
    Bill
}

#[post("/pay/bill")]
async fn pay_bill(bill: &Bill, body: Json<u32>) -> String {
    let _ = bill;
    body.to_string()
}

#[post("/pay")]
async fn pay(ledger: &Ledger, body: Json<u32>, session: &Session, log: &Log) -> String {
    let _ = (ledger, session);
    log.push("handler");
    body.to_string()
}

#[post("/pay/as")]
async fn pay_as(ledger: &Ledger, body: Json<u32>, payer: &Payer) -> String {
    let _ = (ledger, payer);
    body.to_string()
}

#[post("/pay/streamed")]
async fn pay_streamed(transaction: &Transaction, mut body: BodyStream, log: &Log) -> String {
    let _ = transaction;
    log.push("handler");
    let mut length = 0;
    while let Some(piece) = body.chunk().await.expect("the body is whole") {
        length += piece.len();
    }
    length.to_string()
}

#[get("/paid")]
async fn paid(ledger: &Ledger) -> &'static str {
    let _ = ledger;
    "paid"
}

/// Declared before all else, and still last.
#[post("/all")]
async fn everything(body: Json<u32>, session: &Session, user: &User, log: &Log) -> String {
    let _ = (session, user);
    log.push("handler");
    body.to_string()
}

#[post("/open")]
async fn open(body: Json<u32>, session: &Session, log: &Log) -> String {
    let _ = session;
    log.push("handler");
    body.to_string()
}

/// A body that records when it is polled.
struct Recorded(Log, Option<&'static str>);

impl http_body::Body for Recorded {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        self.0.push("body");
        Poll::Ready(self.1.take().map(|data| Ok(Frame::data(Bytes::from_static(data.as_bytes())))))
    }
}

fn recorded(log: &Log, path: &str) -> http::Request<Recorded> {
    json("POST", path, "").map(|_| Recorded(log.clone(), Some("7")))
}

async fn behaviour_08_guards_come_first_then_credentials_then_the_rest_then_the_body(rt: Rt) {
    let (service, log) = service(rt).await;
    let request = from_user("ada", http::Request::new(Body::empty()));
    let mut all = recorded(&log, "/out/in/all");
    all.headers_mut().extend(request.headers().clone());
    send(&service, all).await.is(200, "7");
    let events = log.take();
    let (bodies, others): (Vec<_>, Vec<_>) = events.iter().partition(|event| *event == "body");
    assert_eq!(others, ["guard 1", "guard 2", "guard 3", "profile", "user", "session", "handler"]);
    assert!(!bodies.is_empty());
    let position = |event: &str| events.iter().position(|other| other == event);
    assert!(position("session") < position("body") && position("body") < position("handler"), "{events:?}");
}

async fn behaviour_09_the_first_guard_that_refuses_keeps_the_others_from_starting(rt: Rt) {
    let (service, log) = service(rt).await;
    for (refuse, events) in
        [(1, &["guard 1"][..]), (2, &["guard 1", "guard 2"]), (3, &["guard 1", "guard 2", "guard 3"])]
    {
        let mut request = recorded(&log, "/out/in/all");
        request.headers_mut().insert("x-refuse", refuse.into());
        send(&service, request).await.is_status(430 + refuse);
        assert_eq!(log.take(), events);
    }
}

async fn behaviour_10_nobody_unauthenticated_opens_a_session_or_has_its_body_read(rt: Rt) {
    let (service, log) = service(rt).await;
    let answer = send(&service, recorded(&log, "/all")).await;
    answer.is_status(401);
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    // What the user is found out with is in the same phase.
    assert!(log.take().iter().all(|event| event == "profile"));
    let mut request = recorded(&log, "/all");
    request.headers_mut().insert("authorization", "Bearer mallory".parse().expect("static"));
    send(&service, request).await.is_status(403);
    assert_eq!(log.take(), ["profile", "user"]);
}

async fn a_body_nobody_asks_for_is_not_read(rt: Rt) {
    let (service, log) = service(rt).await;
    let request = recorded(&log, "/left").map(|body| body);
    send(&service, request).await.is_status(405);
    let mut request = recorded(&log, "/meet");
    *request.method_mut() = Method::GET;
    send(&service, request).await.is(200, "met");
    assert_eq!(log.take(), [""; 0]);
}

/// One of three that wait for each other.
pub struct Met<const N: usize>;

#[provider]
async fn meet<const N: usize>(barrier: &Barrier) -> Met<N> {
    barrier.wait().await;
    Met
}

#[get("/meet")]
async fn meeting(a: &Met<1>, b: &Met<2>, c: &Met<3>) -> &'static str {
    let _ = (a, b, c);
    "met"
}

async fn independent_asynchronous_providers_run_at_the_same_time(rt: Rt) {
    let (service, _) = service(rt).await;
    get(&service, "/meet").await.is(200, "met");
}

/// Logs its beginning and its end.
pub struct Slow<const N: usize>;

#[provider]
async fn slow<const N: usize>(log: &Log) -> Slow<N> {
    log.push(format_args!("start {N}"));
    pause().await;
    log.push(format_args!("end {N}"));
    Slow
}

#[get("/sequential", sequential)]
async fn one_by_one(a: &Slow<1>, b: &Slow<2>, c: &Slow<3>) {
    let _ = (a, b, c);
}

#[get("/concurrent")]
async fn at_once(a: &Slow<1>, b: &Slow<2>, c: &Slow<3>) {
    let _ = (a, b, c);
}

async fn a_sequential_handler_has_its_dependencies_resolved_one_by_one(rt: Rt) {
    let (service, log) = service(rt).await;
    get(&service, "/sequential").await.is_status(200);
    assert_eq!(log.take(), ["start 1", "end 1", "start 2", "end 2", "start 3", "end 3"]);
    get(&service, "/concurrent").await.is_status(200);
    assert_eq!(log.take(), ["start 1", "start 2", "start 3", "end 1", "end 2", "end 3"]);
}

/// Refuses once the signal is there.
pub struct Patient;

#[provider]
async fn patient(log: &Log, signal: &Signal) -> Result<Patient, Refused> {
    let _dropped = log.dropping("patient");
    signal.wait().await;
    pause().await;
    log.push("patient refuses");
    Err(Refused(418))
}

/// Refuses first, and gives the signal.
pub struct Hasty;

#[provider]
async fn hasty(log: &Log, signal: &Signal) -> Result<Hasty, Refused> {
    pause().await;
    log.push("hasty refuses");
    signal.set();
    Err(Refused(409))
}

/// Waits for what never comes.
pub struct Endless;

#[provider]
async fn endless(log: &Log) -> Endless {
    let _dropped = log.dropping("endless");
    std::future::pending().await
}

/// Takes its time, and is there in the end.
pub struct Steady;

#[provider]
async fn steady(log: &Log, signal: &Signal) -> Steady {
    let _dropped = log.dropping("steady");
    signal.wait().await;
    pause().await;
    log.push("steady is there");
    Steady
}

#[get("/left")]
async fn left_refuses_late(a: &Patient, b: &Hasty, c: &Endless) {
    let _ = (a, b, c);
}

#[get("/right")]
async fn right_refuses_alone(a: &Steady, b: &Hasty, c: &Endless) {
    let _ = (a, b, c);
}

async fn the_left_most_refusal_wins_whichever_came_first(rt: Rt) {
    let (service, log) = service(rt).await;
    get(&service, "/left").await.is_status(418);
    assert_eq!(log.take(), ["hasty refuses", "drop endless", "patient refuses", "drop patient"]);
}

async fn what_is_left_of_a_refusal_is_awaited_and_what_is_right_of_it_is_cancelled(rt: Rt) {
    let (service, log) = service(rt).await;
    get(&service, "/right").await.is_status(409);
    assert_eq!(log.take(), ["hasty refuses", "drop endless", "steady is there", "drop steady"]);
}

static TABLE: Table<App> = table![
    everything,
    pay,
    pay_as,
    pay_bill,
    pay_streamed,
    paid,
    open,
    meeting,
    one_by_one,
    at_once,
    left_refuses_late,
    right_refuses_alone,
    group("/out", guards = [Guard<1>, Guard<2>], group("/in", guards = [Guard<3>], everything)),
];

async fn service(rt: Rt) -> (Service, Log) {
    let log = Log::default();
    let builder = App::builder().log(log.clone()).barrier(Barrier::new(3)).signal(Signal::default());
    let app = builder.runtime(rt).build().await.expect("nothing is built");
    (app.service(&TABLE), log)
}

async fn a_guard_that_cannot_read_its_input_keeps_later_phases_from_starting(rt: Rt) {
    let (service, log) = service(rt).await;
    let mut request = recorded(&log, "/out/in/all");
    request.headers_mut().insert("refuse", "nonsense".parse().expect("static"));
    assert_eq!(send(&service, request).await.invalid(), ["refuse"]);
    assert_eq!(log.take(), [""; 0]);
}

async fn without_credentials_to_check_the_session_comes_before_the_body(rt: Rt) {
    let (service, log) = service(rt).await;
    send(&service, recorded(&log, "/open")).await.is(200, "7");
    assert_eq!(log.take()[..2], ["session", "body"]);
    send(&service, request("POST", "/open")).await.is_status(400);
    assert_eq!(log.take(), ["session"]);
}

async fn what_waits_for_the_body_is_built_after_it(rt: Rt) {
    let (service, log) = service(rt).await;
    send(&service, recorded(&log, "/pay")).await.is(200, "7");
    let events = log.take();
    let others: Vec<_> = events.iter().filter(|event| *event != "body").collect();
    assert_eq!(others, ["session", "transaction", "ledger", "handler"]);
    let first = |event: &str| events.iter().position(|other| other == event);
    let last_of_body = events.iter().rposition(|event| event == "body");
    assert!(first("session") < first("body") && last_of_body < first("transaction"), "{events:?}");
}

async fn what_waits_for_the_body_is_not_begun_for_one_that_is_none(rt: Rt) {
    let (service, log) = service(rt).await;
    send(&service, json("POST", "/pay", "nonsense")).await.is_status(400);
    assert_eq!(log.take(), ["session"]);
}

async fn what_credentials_need_does_not_wait_for_the_body(rt: Rt) {
    let (service, log) = service(rt).await;
    let mut request = recorded(&log, "/pay/as");
    request.headers_mut().extend(from_user("ada", http::Request::new(Body::empty())).headers().clone());
    send(&service, request).await.is(200, "7");
    let events = log.take();
    assert_eq!(events[..3], ["transaction", "payer", "body"], "{events:?}");
    send(&service, recorded(&log, "/pay/as")).await.is_status(401);
    assert_eq!(log.take(), [""; 0]);
}

/// Also if it depends on the user, who is found out before.
async fn what_depends_on_the_user_waits_for_the_body_with_what_it_needs(rt: Rt) {
    let (service, log) = service(rt).await;
    let as_ada = |mut request: http::Request<Body>| {
        request.headers_mut().extend(from_user("ada", http::Request::new(Body::empty())).headers().clone());
        request
    };
    send(&service, as_ada(json("POST", "/pay/bill", "nonsense"))).await.is_status(400);
    assert_eq!(log.take(), ["profile", "user"]);
    send(&service, as_ada(json("POST", "/pay/bill", "7"))).await.is(200, "7");
    assert_eq!(log.take(), ["profile", "user", "transaction", "bill"]);
}

async fn without_a_body_nothing_waits_for_it(rt: Rt) {
    let (service, log) = service(rt).await;
    get(&service, "/paid").await.is(200, "paid");
    assert_eq!(log.take(), ["transaction", "ledger"]);
}

async fn a_body_that_is_read_as_it_comes_is_waited_for_by_nothing(rt: Rt) {
    let (service, log) = service(rt).await;
    send(&service, recorded(&log, "/pay/streamed")).await.is(200, "1");
    assert_eq!(log.take()[..3], ["transaction", "handler", "body"]);
}

on_every_executor![
    what_waits_for_the_body_is_built_after_it,
    what_depends_on_the_user_waits_for_the_body_with_what_it_needs,
    what_waits_for_the_body_is_not_begun_for_one_that_is_none,
    what_credentials_need_does_not_wait_for_the_body,
    without_a_body_nothing_waits_for_it,
    a_body_that_is_read_as_it_comes_is_waited_for_by_nothing,
    behaviour_08_guards_come_first_then_credentials_then_the_rest_then_the_body,
    behaviour_09_the_first_guard_that_refuses_keeps_the_others_from_starting,
    behaviour_10_nobody_unauthenticated_opens_a_session_or_has_its_body_read,
    a_body_nobody_asks_for_is_not_read,
    independent_asynchronous_providers_run_at_the_same_time,
    a_sequential_handler_has_its_dependencies_resolved_one_by_one,
    the_left_most_refusal_wins_whichever_came_first,
    what_is_left_of_a_refusal_is_awaited_and_what_is_right_of_it_is_cancelled,
    a_guard_that_cannot_read_its_input_keeps_later_phases_from_starting,
    without_credentials_to_check_the_session_comes_before_the_body,
];
