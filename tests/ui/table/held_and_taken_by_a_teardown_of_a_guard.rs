use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Cursor;

#[provider]
fn cursor() -> Cursor {
    Cursor
}

pub struct Audit;

#[provider(teardown = write)]
fn audit(_cursor: &Cursor) -> Audit {
    Audit
}

fn write(_: Audit, _: &Outcome, _cursor: &Cursor) {}

#[get("/rows")]
async fn rows(cursor: Held<Cursor>) {
    drop(cursor);
}

static TABLE: Table<App> = table![group(guards = [Audit], rows)];

fn main() {}
