use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Cursor;

#[provider]
fn cursor() -> Cursor {
    Cursor
}

#[get("/")]
async fn home(cursor: Option<Held<Cursor>>) {
    drop(cursor);
}

fn main() {}
