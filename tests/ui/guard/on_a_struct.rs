use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[guard]
pub struct Limit(u32);

const fn limit(per_second: u32) -> Limit {
    Limit(per_second)
}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group("/api", guards = [limit(10)], home)];

fn main() {}
