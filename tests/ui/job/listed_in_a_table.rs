use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job]
async fn nightly() {}

static TABLE: Table<App> = table![nightly];

fn main() {
    let _ = &TABLE;
}
