use di_server::{
    prelude::*,
    rate_limit::{ClientAddress, Policy, RateLimit, limited},
};

#[derive(Container)]
pub struct App {}

pub struct PerAddress;

impl RateLimit for PerAddress {
    type Key = ClientAddress;
    const POLICY: Policy = Policy::per_minute("address", 60);
}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group(guards = [limited::<PerAddress>()], home)];

fn main() {
    let _ = &TABLE;
}
