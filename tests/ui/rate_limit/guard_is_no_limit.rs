use di_server::{
    prelude::*,
    rate_limit::{RateLimiter, limited},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    limiter: RateLimiter,
}

pub struct PerUser;

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group(guards = [limited::<PerUser>()], home)];

fn main() {
    let _ = &TABLE;
}
