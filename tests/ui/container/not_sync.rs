use di_server::prelude::*;
use std::cell::Cell;

#[derive(Container)]
pub struct App {
    hits: Hits,
}

struct Hits(Cell<u32>);

#[provider(singleton)]
fn hits() -> Hits {
    Hits(Cell::new(0))
}

#[get("/")]
async fn home(hits: &Hits) {
    hits.0.set(1);
}

#[get("/pooled")]
fn pooled(hits: &Hits) {
    hits.0.set(1);
}

static TABLE: Table<App> = table![home, pooled];

fn main() {}
