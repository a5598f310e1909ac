//! The same graph outside of requests: a queue worker, and a job for the night.
//!
//! `POST /letters` puts a letter in the queue; a worker posts what is there, each letter in a transaction of its own;
//! `cargo run --example jobs -- nightly` runs the night's job alone, as a scheduler would, and ends.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use di_server::{openapi::JsonSchema, prelude::*};
use serde::Deserialize;

#[derive(Container)]
struct App {
    queue: Queue,
    ledger: Ledger,
}

/// What waits to be posted.
#[derive(Default)]
struct Queue(Mutex<VecDeque<Letter>>);

/// What has been posted.
#[derive(Default)]
struct Ledger(Mutex<Vec<String>>);

#[derive(Debug, Deserialize, JsonSchema)]
struct Letter {
    to: String,
}

#[provider(singleton)]
fn queue() -> Queue {
    Queue::default()
}

#[provider(singleton)]
fn ledger() -> Ledger {
    Ledger::default()
}

/// Lines that are written to the ledger together, or not at all.
struct Transaction {
    lines: Vec<String>,
}

#[provider(teardown = finish)]
fn transaction() -> Transaction {
    Transaction { lines: Vec::new() }
}

fn finish(transaction: Transaction, outcome: &Outcome, ledger: &Ledger) {
    if outcome.is_success() {
        ledger.0.lock().unwrap_or_else(PoisonError::into_inner).extend(transaction.lines);
    }
}

#[post("/letters")]
async fn post_letter(letter: Json<Letter>, queue: &Queue) -> StatusCode {
    queue.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(letter.0);
    StatusCode::ACCEPTED
}

#[get("/letters")]
async fn posted(ledger: &Ledger) -> Json<Vec<String>> {
    Json(ledger.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

#[derive(Debug)]
enum NotPosted {
    Empty,
    NoAddress,
}

/// Posts one letter. What it wrote is kept only if it succeeds.
#[job]
async fn post_one(queue: &Queue, transaction: &mut Transaction) -> Result<String, NotPosted> {
    let letter = queue.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front().ok_or(NotPosted::Empty)?;
    transaction.lines.push(format!("stamp for {}", letter.to));
    if letter.to.is_empty() {
        return Err(NotPosted::NoAddress);
    }
    transaction.lines.push(format!("letter to {}", letter.to));
    Ok(letter.to)
}

/// A plain function, so it runs on the blocking pool.
#[job]
fn nightly(ledger: &Ledger) -> usize {
    let mut ledger = ledger.0.lock().unwrap_or_else(PoisonError::into_inner);
    ledger.sort();
    ledger.len()
}

/// Posts what is in the queue, again and again.
async fn work(app: Application<App>) {
    loop {
        match app.run::<post_one>().await {
            Ok(_) => {}
            Err(JobError::Job(NotPosted::Empty)) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(error) => eprintln!("a letter was not posted: {error:?}"),
        }
    }
}

static TABLE: Table<App> = table![post_letter, posted, openapi("/openapi.json")];

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    let app = App::builder().build().await?;
    if std::env::args().any(|argument| argument == "nightly") {
        let lines = app.run::<nightly>().await?;
        println!("sorted {lines} lines");
        return Ok(());
    }
    let port = std::env::var("PORT").unwrap_or_else(|_| "8000".to_owned());
    println!("Listening on http://127.0.0.1:{port}. Try:");
    println!("  curl -d '{{\"to\":\"Ada\"}}' -H 'content-type: application/json' http://127.0.0.1:{port}/letters");
    println!("  curl http://127.0.0.1:{port}/letters");
    let worker = tokio::spawn(work(app.clone()));
    let served = di_server::serve(app.clone(), &TABLE, format!("127.0.0.1:{port}")).await;
    worker.abort();
    // An error is that it was aborted. Its application is gone then, and ours is the last: what singletons have to tear down is.
    worker.await.ok();
    app.shutdown().await;
    served
}
