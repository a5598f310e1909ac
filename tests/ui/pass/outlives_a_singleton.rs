//! What is torn down after the response may depend on a singleton that is torn down itself.

use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    store: Store,
}

pub struct Store;

#[provider(singleton, teardown = close)]
fn store() -> Store {
    Store
}

fn close(_: Store, _: &Outcome) {}

pub struct Cursor;

#[provider(teardown_after_response = leave)]
fn cursor(store: &Store) -> Cursor {
    let _ = store;
    Cursor
}

fn leave(_: Cursor, _: &Outcome, store: &Store) {
    let _ = store;
}

#[get("/")]
async fn home(cursor: &Cursor) {
    let _ = cursor;
}

static TABLE: Table<App> = table![home];

fn main() {
    let _ = &TABLE;
}
