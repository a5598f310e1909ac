use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Transaction;

#[provider(teardown = commit)]
fn transaction() -> Transaction {
    Transaction
}

fn commit(_: Transaction, _: &Outcome) {}

pub struct Cursor;

#[provider(teardown_after_response = close)]
async fn cursor(transaction: &mut Transaction) -> Cursor {
    let _ = transaction;
    Cursor
}

async fn close(_: Cursor, _: &Outcome) {}

fn main() {}
