//! When is a transaction committed, and what if it cannot be?

use std::sync::{Mutex, PoisonError};

use di_server::{Application, Service, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Counter, Refused, Signal, at_most, get, pause, read, request},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    commit: Signal,
    #[container(input)]
    committing: Counter,
    store: Store,
}

/// What has been committed.
#[derive(Default)]
pub struct Store(Mutex<Vec<&'static str>>);

#[provider(singleton)]
fn store() -> Store {
    Store::default()
}

impl Store {
    fn rows(&self) -> Vec<&'static str> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn commit(&self, rows: Vec<&'static str>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(rows);
    }
}

/// Writes are kept here until they are committed.
#[derive(Default)]
pub struct Tx(Vec<&'static str>);

#[provider(teardown = finish)]
async fn tx() -> Tx {
    pause().await;
    Tx::default()
}

async fn finish(tx: Tx, outcome: &Outcome, store: &Store, commit: &Signal, committing: &Counter) -> Result<(), Broken> {
    if !outcome.is_success() {
        return Ok(());
    }
    committing.next();
    commit.wait().await;
    if tx.0.contains(&"conflict") {
        return Err(Broken);
    }
    store.commit(tx.0);
    Ok(())
}

/// The same, without `async`.
#[derive(Default)]
pub struct PlainTx(Vec<&'static str>);

#[provider(teardown = finish_plain)]
fn plain_tx() -> PlainTx {
    PlainTx::default()
}

fn finish_plain(tx: PlainTx, outcome: &Outcome, store: &Store) -> Result<(), Refused> {
    if !outcome.is_success() {
        return Ok(());
    }
    if tx.0.contains(&"conflict") {
        return Err(Refused(503));
    }
    store.commit(tx.0);
    Ok(())
}

/// Writes before the handler does.
pub struct Audit;

#[provider]
async fn audit(tx: &mut Tx, plain: &mut PlainTx) -> Audit {
    pause().await;
    tx.0.push("audit");
    plain.0.push("plain audit");
    Audit
}

/// Refuses after that.
pub struct Denied;

#[provider]
async fn denied(audit: &Audit) -> Result<Denied, Refused> {
    let _ = audit;
    pause().await;
    Err(Refused(403))
}

fn write(tx: &mut Tx, plain: &mut PlainTx, row: &'static str) {
    tx.0.push(row);
    plain.0.push(row);
}

#[get("/success/{status}")]
async fn succeeds(status: Path<u16>, audit: &Audit, tx: &mut Tx, plain: &mut PlainTx) -> (StatusCode, &'static str) {
    let _ = audit;
    write(tx, plain, "row");
    (StatusCode::from_u16(*status).expect("a status"), "written")
}

#[get("/blocking/{status}")]
fn blocks(status: Path<u16>, audit: &Audit, tx: &mut Tx, plain: &mut PlainTx) -> Result<StatusCode, Refused> {
    let _ = audit;
    write(tx, plain, "row");
    if *status >= 400 { Err(Refused(*status)) } else { Ok(StatusCode::from_u16(*status).expect("a status")) }
}

#[get("/denied")]
async fn denied_later(denied: &Denied, tx: &mut Tx) {
    let _ = (denied, tx);
}

#[get("/panics")]
async fn panics(tx: &mut Tx, plain: &mut PlainTx) {
    write(tx, plain, "row");
    pause().await;
    panic!("on purpose");
}

/// What a client would believe if it saw it.
type Promise = (StatusCode, [(HeaderName, &'static str); 2], &'static str);

const PROMISE: Promise =
    (StatusCode::CREATED, [(header::SET_COOKIE, "session=1"), (header::LOCATION, "/orders/1")], "bought");

#[get("/conflict")]
async fn conflicts(tx: &mut Tx) -> Promise {
    tx.0.push("conflict");
    PROMISE
}

#[get("/plain-conflict", inline)]
fn conflicts_plainly(plain: &mut PlainTx) -> Promise {
    plain.0.push("conflict");
    PROMISE
}

static TABLE: Table<App> = table![succeeds, blocks, denied_later, panics, conflicts, conflicts_plainly];

async fn start(rt: Rt) -> (Application<App>, Service) {
    let app = App::builder()
        .commit(Signal::default())
        .committing(Counter::default())
        .runtime(rt)
        .build()
        .await
        .expect("nothing fails");
    let service = app.service(&TABLE);
    (app, service)
}

async fn behaviour_13_after_an_error_the_store_is_unchanged_whatever_was_written(rt: Rt) {
    let (app, service) = start(rt).await;
    app.commit.set();
    let errors = [400, 404, 409, 422, 500].into_iter();
    let errors = errors.flat_map(|status| ["success", "blocking"].map(|route| (format!("/{route}/{status}"), status)));
    for (uri, status) in errors.chain([("/denied".to_owned(), 403), ("/panics".to_owned(), 500)]) {
        get(&service, &uri).await.is_status(status);
        assert!(app.store.rows().is_empty(), "{uri}");
    }
    for uri in ["/success/201", "/blocking/303"] {
        get(&service, uri).await;
    }
    let mut rows = app.store.rows();
    rows.sort_unstable();
    assert_eq!(rows, ["audit", "audit", "plain audit", "plain audit", "row", "row", "row", "row"]);
}

async fn behaviour_13_the_client_sees_no_success_before_the_commit(rt: Rt) {
    for uri in ["/success/200", "/blocking/200"] {
        let (app, service) = start(rt.clone()).await;
        let mut response = Box::pin(service.handle(request("GET", uri), None));
        // As often as it is woken until the commit is under way, and that waits for the signal.
        while app.committing.count() == 0 {
            assert!(at_most(1, &mut response).await.is_none(), "{uri}: nothing has been committed");
        }
        assert!(!app.store.rows().contains(&"audit"), "{uri}");
        app.commit.set();
        // Its head is there; the body has not been read.
        let response = response.await;
        assert!(app.store.rows().contains(&"audit"), "{uri}");
        read(response).await.is_status(200);
    }
}

async fn behaviour_14_a_commit_that_fails_replaces_the_whole_response(rt: Rt) {
    let (app, service) = start(rt).await;
    app.commit.set();
    for (uri, status) in [("/conflict", 500), ("/plain-conflict", 503)] {
        let answer = get(&service, uri).await;
        answer.is_status(status);
        assert!(!answer.body.contains("bought"), "{uri}: {}", answer.body);
        assert_eq!((answer.header("set-cookie"), answer.header("location")), (None, None), "{uri}");
    }
    assert!(app.store.rows().is_empty());
}

on_every_executor![
    behaviour_13_after_an_error_the_store_is_unchanged_whatever_was_written,
    behaviour_13_the_client_sees_no_success_before_the_commit,
    behaviour_14_a_commit_that_fails_replaces_the_whole_response,
];
