use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[fallback("/teams/{team}")]
async fn first() {}

#[fallback]
async fn second() {}

static TABLE: Table<App> = table![first, group("/teams/{id}", second)];

fn main() {
    let _ = &TABLE;
}
