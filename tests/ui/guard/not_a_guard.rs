use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Limit(u32);

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group("/x", guards = [Limit(3)], home)];

fn main() {
    let _ = &TABLE;
}
