use std::time::Duration;

use di_server::{
    prelude::*,
    rate_limit::{Policy, RateLimit, RateLimiter, limited},
};

#[derive(Container)]
pub struct App {
    limiter: RateLimiter,
}

#[provider(singleton)]
fn limiter() -> RateLimiter {
    RateLimiter::in_memory()
}

pub struct PerAddress;

impl RateLimit for PerAddress {
    type Key = ClientAddr;
    const POLICY: Policy = Policy::new("address", 60, Duration::MAX);
}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group(guards = [limited::<PerAddress>()], home)];

fn main() {
    let _ = &TABLE;
}
