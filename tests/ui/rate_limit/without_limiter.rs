use di_server::{
    prelude::*,
    rate_limit::{Policy, RateLimit, limited},
};

#[derive(Container)]
pub struct App {}

pub struct PerAddress;

impl RateLimit for PerAddress {
    type Key = ClientAddr;
    const POLICY: Policy = Policy::per_minute("address", 60);
}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group(guards = [limited::<PerAddress>()], home)];

fn main() {
    let _ = &TABLE;
}
