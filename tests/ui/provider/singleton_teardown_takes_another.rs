use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
    log: Log,
}

pub struct Log;

#[provider(singleton)]
fn log() -> Log {
    Log
}

pub struct Pool;

#[provider(singleton, teardown = close)]
fn pool() -> Pool {
    Pool
}

fn close(pool: Pool, outcome: &Outcome, log: &Log) {
    let _ = (pool, outcome, log);
}

fn main() {}
