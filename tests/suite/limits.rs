//! How often may a client ask? Limits by address, by user and by API key.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use di_server::{
    BoxError, Service,
    prelude::*,
    rate_limit::{Decision, KeyOf, Policy, RateKey, RateLimit, RateLimiter, RateStore, limited},
    rt::BoxFuture,
    security::KeyPlace,
};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Answer, Log, from_user, pause, read, request},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    limiter: RateLimiter,
    #[container(input)]
    log: Log,
}

pub struct PerAddress;

impl RateLimit for PerAddress {
    type Key = ClientAddr;
    const POLICY: Policy = Policy::per_hour("address", 2);
}

pub struct PerUser;

impl RateLimit for PerUser {
    type Key = User;
    const POLICY: Policy = Policy::per_hour("user", 1);
}

pub struct PerKey;

impl RateLimit for PerKey {
    type Key = KeyOf<Partner>;
    const POLICY: Policy = Policy::per_minute("partner", 1);
}

pub struct Partner;

impl ApiKeyScheme for Partner {
    const PLACE: KeyPlace = KeyPlace::header("x-api-key");
}

/// Of the name of another, with a quota of its own.
pub struct AddressToo;

impl RateLimit for AddressToo {
    type Key = ClientAddr;
    const POLICY: Policy = Policy::per_minute("address", 5);
}

pub struct User(String);

impl RateKey for User {
    fn rate_key(&self) -> String {
        self.0.clone()
    }
}

#[provider]
async fn user(token: Bearer, log: &Log) -> User {
    pause().await;
    log.push("user");
    User(token.token().to_owned())
}

#[get("/", inline)]
fn home(log: &Log) -> &'static str {
    log.push("handler");
    "welcome"
}

#[get("/user", inline)]
fn of_user(user: &User) -> String {
    user.0.clone()
}

static TABLE: Table<App> = table![
    group("/address", guards = [limited::<PerAddress>()], home, of_user),
    group("/partner", guards = [limited::<PerKey>()], home),
    group("/again", guards = [limited::<AddressToo>()], home),
    group("/both", guards = [limited::<AddressToo>(), limited::<PerUser>()], home),
    group(guards = [limited::<PerUser>()], of_user),
];

async fn service(rt: Rt, limiter: RateLimiter) -> (Service, Log) {
    let log = Log::default();
    let app = App::builder().limiter(limiter).log(log.clone()).runtime(rt).build().await.expect("nothing is built");
    (app.service(&TABLE), log)
}

async fn from(service: &Service, address: &str, uri: &str) -> Answer {
    let peer: SocketAddr = address.parse().expect("an address");
    read(service.handle(request("GET", uri), Some(peer)).await).await
}

async fn an_address_is_limited_before_anything_else(rt: Rt) {
    let (service, log) = service(rt, RateLimiter::in_memory()).await;
    from(&service, "192.0.2.1:1", "/address/").await.is(200, "welcome");
    from(&service, "192.0.2.1:2", "/address/").await.is(200, "welcome");
    log.take();
    let refused = from(&service, "192.0.2.1:3", "/address/user").await;
    refused.is_status(429);
    assert_eq!(log.take(), [""; 0]);
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    assert_eq!(refused.header("ratelimit-policy"), Some("\"address\";q=2;w=3600"));
    let seconds: u64 = refused.header("retry-after").expect("a time").parse().expect("seconds");
    assert!((1..=1800).contains(&seconds), "{seconds}");
    assert_eq!(refused.header("ratelimit"), Some(format!("\"address\";r=0;t={seconds}").as_str()));
    // Another address has a quota of its own; of IPv6 the first half is one.
    from(&service, "192.0.2.2:1", "/address/").await.is(200, "welcome");
    for address in ["[2001:db8::1]:1", "[2001:db8::2]:1"] {
        from(&service, address, "/address/").await.is(200, "welcome");
    }
    from(&service, "[2001:db8::3]:1", "/address/").await.is_status(429);
    from(&service, "[2001:db8:0:1::1]:1", "/address/").await.is(200, "welcome");
}

async fn each_policy_counts_by_itself(rt: Rt) {
    let (service, _) = service(rt, RateLimiter::in_memory()).await;
    for left in (0..5).rev() {
        let answer = from(&service, "192.0.2.1:1", "/again/").await;
        answer.is(200, "welcome");
        assert_eq!(answer.header("ratelimit-policy"), Some("\"address\";q=5;w=60"));
        let state = answer.header("ratelimit").expect("how many are left");
        assert!(state.starts_with(&format!("\"address\";r={left};t=")), "{state}");
    }
    from(&service, "192.0.2.1:1", "/again/").await.is_status(429);
    let other = from(&service, "192.0.2.1:1", "/address/").await;
    other.is(200, "welcome");
    assert_eq!(other.header("ratelimit-policy"), Some("\"address\";q=2;w=3600"));
}

async fn a_client_is_told_of_every_limit_that_it_keeps(rt: Rt) {
    let (service, _) = service(rt, RateLimiter::in_memory()).await;
    let ask = async || {
        let peer = "192.0.2.1:1".parse().expect("an address");
        read(service.handle(from_user("Ada", request("GET", "/both/")), Some(peer)).await).await
    };
    let answer = ask().await;
    answer.is(200, "welcome");
    assert_eq!(answer.header("ratelimit-policy"), Some("\"address\";q=5;w=60, \"user\";q=1;w=3600"));
    assert_eq!(answer.header("ratelimit"), Some("\"address\";r=4;t=12, \"user\";r=0;t=3600"));
    // The refusal is of one limit.
    let refused = ask().await;
    refused.is_status(429);
    assert_eq!(refused.header("ratelimit-policy"), Some("\"user\";q=1;w=3600"));
}

async fn a_user_is_limited_wherever_it_asks_from(rt: Rt) {
    let (service, log) = service(rt, RateLimiter::in_memory()).await;
    let ask = async |name: &str| read(service.handle(from_user(name, request("GET", "/user")), None).await).await;
    ask("Ada").await.is(200, "Ada");
    let refused = ask("Ada").await;
    refused.is_status(429);
    assert_eq!(refused.header("ratelimit-policy"), Some("\"user\";q=1;w=3600"));
    ask("Grace").await.is(200, "Grace");
    assert_eq!(log.take(), ["user"; 3]);
    read(service.handle(request("GET", "/user"), None).await).await.is_status(401);
}

async fn a_key_is_limited(rt: Rt) {
    let (service, _) = service(rt, RateLimiter::in_memory()).await;
    let ask = async |key: &str| {
        let mut request = request("GET", "/partner/");
        request.headers_mut().insert("x-api-key", key.parse().expect("a key"));
        read(service.handle(request, None).await).await
    };
    ask("a").await.is(200, "welcome");
    ask("a").await.is_status(429);
    ask("b").await.is(200, "welcome");
    from(&service, "192.0.2.1:1", "/partner/").await.is_status(401);
}

/// A store of the application's own, as one that many processes share would be.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<HashMap<String, u32>>>);

impl RateStore for Shared {
    fn take<'a>(&'a self, policy: &'static Policy, key: &'a str) -> BoxFuture<'a, Result<Decision, BoxError>> {
        Box::pin(async move {
            pause().await;
            if key == "Broken" {
                return Err("the store is gone".into());
            }
            let mut counts = self.0.lock().expect("nothing panics here");
            let count = counts.entry(format!("{}:{key}", policy.name())).or_default();
            *count += 1;
            let remaining = policy.quota().saturating_sub(*count);
            Ok(Decision { allowed: *count <= policy.quota(), remaining, seconds: 7 })
        })
    }
}

async fn a_store_of_ones_own_takes_the_place_of_memory(rt: Rt) {
    let store = Shared::default();
    let (one, _) = service(rt.clone(), RateLimiter::new(store.clone())).await;
    let (other, _) = service(rt, RateLimiter::new(store.clone())).await;
    let ask = async |service: &Service, name: &str| {
        read(service.handle(from_user(name, request("GET", "/user")), None).await).await
    };
    ask(&one, "Ada").await.is(200, "Ada");
    let refused = ask(&other, "Ada").await;
    refused.is_status(429);
    assert_eq!(refused.header("retry-after"), Some("7"));
    assert_eq!(store.0.lock().expect("nothing panics here")["user:Ada"], 2);
    // A limit is there to keep a service up.
    for _ in 0..2 {
        ask(&one, "Broken").await.is(200, "Broken");
    }
}

on_every_executor![
    an_address_is_limited_before_anything_else,
    each_policy_counts_by_itself,
    a_client_is_told_of_every_limit_that_it_keeps,
    a_user_is_limited_wherever_it_asks_from,
    a_key_is_limited,
    a_store_of_ones_own_takes_the_place_of_memory,
];
