//! Rate limits: by address before anything else, by user once it is known who asks.

use std::{hash::Hash, net::IpAddr, num::NonZeroU32, time::Duration};

use di_server::{openapi::Replies, prelude::*};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};

use crate::{App, Config};

pub(crate) struct Limits {
    users: DefaultKeyedRateLimiter<i64>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

#[provider(singleton)]
fn limits(config: &Config) -> Limits {
    let by_user = config.requests_per_minute;
    // Several users may share an address.
    let by_address = by_user.saturating_mul(NonZeroU32::MIN.saturating_add(9));
    Limits {
        users: RateLimiter::keyed(Quota::per_minute(by_user)),
        addresses: RateLimiter::keyed(Quota::per_minute(by_address)),
    }
}

impl Limits {
    pub(crate) fn user(&self, id: i64) -> Result<(), TooMany> {
        check(&self.users, &id)
    }
}

/// The address of the client is within its limit.
pub(crate) struct WithinLimit;

#[provider]
fn within_limit(ConnectInfo(client): ConnectInfo, limits: &Limits) -> Result<WithinLimit, TooMany> {
    check(&limits.addresses, &client.ip()).map(|()| WithinLimit)
}

fn check<K: Clone + Eq + Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), TooMany> {
    // Whoever has not been heard of for a while is forgotten, or the table would grow for ever.
    if limiter.len() > 10_000 {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|not_until| TooMany(not_until.wait_time_from(limiter.clock().now())))
}

/// The client has to wait for so long.
pub(crate) struct TooMany(Duration);

impl IntoResponse for TooMany {
    fn into_response(self) -> Response {
        // Whole seconds, rounded up: who waits for them gets in.
        let seconds = self.0.as_secs() + 1;
        Problem::new(StatusCode::TOO_MANY_REQUESTS)
            .detail(format!("try again in {seconds} s"))
            .header(header::RETRY_AFTER, seconds.into())
            .into_response()
    }

    fn describe(replies: &mut Replies) {
        replies.problem(StatusCode::TOO_MANY_REQUESTS, "Too many requests in a minute.");
    }
}
