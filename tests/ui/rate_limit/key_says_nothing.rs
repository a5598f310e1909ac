use di_server::{
    prelude::*,
    rate_limit::{Policy, RateLimit, RateLimiter, limited},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    limiter: RateLimiter,
}

pub struct User(String);

#[provider]
fn user(name: Header<String>) -> User {
    User(name.0)
}

pub struct PerUser;

impl RateLimit for PerUser {
    type Key = User;
    const POLICY: Policy = Policy::per_minute("user", 60);
}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group(guards = [limited::<PerUser>()], home)];

fn main() {
    let _ = &TABLE;
}
