//! What guards set on the responses of what they let through.

use di_server::{
    prelude::*,
    rate_limit::{Policy, RateLimit, RateLimiter, limited},
};

use crate::app::document;

#[derive(Container)]
struct App {
    #[container(input)]
    limiter: RateLimiter,
}

struct PerAddress;

impl RateLimit for PerAddress {
    type Key = di_server::ClientAddr;
    const POLICY: Policy = Policy::per_minute("address", 60);
}

#[post("/counted")]
async fn counted(_number: Query<u8>) -> Created<()> {
    Created::at("/", ())
}

static TABLE: Table<App> = table![group(guards = [limited::<PerAddress>()], counted), group("/free", counted)];

#[test]
fn the_headers_of_a_limit_are_described_of_successes_too() {
    let document = document(&TABLE);
    let responses = &document["paths"]["/counted"]["post"]["responses"];
    for status in ["201", "429"] {
        for header in ["ratelimit", "ratelimit-policy"] {
            assert_eq!(responses[status]["headers"][header]["schema"]["type"], "string", "{status} {header}");
        }
    }
    assert!(responses["201"]["headers"]["retry-after"].is_null());
    assert!(responses["422"]["headers"].is_null());
    assert!(document["paths"]["/free/counted"]["post"]["responses"]["201"]["headers"]["ratelimit"].is_null());
}
