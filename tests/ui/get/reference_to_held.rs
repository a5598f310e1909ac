use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Cursor;

#[provider]
fn cursor() -> Cursor {
    Cursor
}

#[get("/")]
async fn list(cursor: &Held<Cursor>) {
    let _ = cursor;
}

fn main() {}
