use di_server::prelude::*;

pub struct Worker;

#[provider(singleton)]
fn worker(executor: &Executor) -> Worker {
    let _ = executor;
    Worker
}

#[derive(Container)]
pub struct App {
    worker: Worker,
}

fn main() {}
