//! How often may a client ask? Limits of requests, as guards.
//!
//! A limit is a type: a policy (so many requests in so long) and a key, which is any dependency that says whose requests are
//! counted together. [`limited::<L>()`](limited) is a guard that lets requests through while the limit is kept; past it a
//! request is refused with a 429 that says when to come back. `RateLimit-Policy` and `RateLimit` tell clients of each limit that
//! has let a request through, and a 429 of the one that has not.
//!
//! ```
//! use di_server::{prelude::*, rate_limit::{Policy, RateLimit, RateLimiter, limited}};
//!
//! #[derive(Container)]
//! pub struct App {
//!     limiter: RateLimiter,
//! }
//!
//! #[provider(singleton)]
//! fn limiter() -> RateLimiter {
//!     RateLimiter::in_memory()
//! }
//!
//! pub struct PerAddress;
//!
//! impl RateLimit for PerAddress {
//!     type Key = ClientAddr;
//!     const POLICY: Policy = Policy::per_minute("address", 60);
//! }
//!
//! #[get("/")]
//! async fn home() -> &'static str {
//!     "welcome"
//! }
//!
//! static TABLE: Table<App> = table![group(guards = [limited::<PerAddress>()], home)];
//! ```
//!
//! | counted together | key |
//! |---|---|
//! | requests from one address | [`ClientAddr`](crate::ClientAddr) |
//! | those with one API key | [`KeyOf<K>`](KeyOf) |
//! | those of one user | the application's own `User`, which implements [`RateKey`] |
//!
//! Guards run in their order: one by address comes before one that has to find out who asks.
//!
//! Counts are kept by a [`RateStore`]: in memory, for one process, or wherever else an implementation puts them. Each policy
//! lets its whole quota through at once and then as much as comes back evenly over time (GCRA, by
//! [governor](https://docs.rs/governor)). If the store fails, that is logged and the request goes through: a limit is there
//! to keep a service up.

mod headers;
mod key;
mod memory;
mod policy;

use std::{fmt, future::Future, marker::PhantomData, sync::Arc};

use di_core::{
    __private::{
        Args, AsyncProvider, Build, ErrorInfo, ErrorProbe, FutureCall, Guard, Node, NodeRef, Param, Provide, Provider,
        ResponseProbe, Scope,
    },
    rt::BoxFuture,
};

use crate::{BoxError, respond::ResponseParts};

pub use self::{
    headers::TooManyRequests,
    key::{KeyOf, RateKey},
    memory::InMemory,
    policy::Policy,
};

/// A limit: `limited::<Self>()` is its guard.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a rate limit",
    label = "not a rate limit",
    note = "help: implement `RateLimit` for it: whose requests are counted together, and how many there may be"
)]
pub trait RateLimit: Send + Sync + 'static {
    /// Whose requests are counted together: a dependency that is taken as `&Key`.
    type Key: RateKey + Send + Sync + 'static;
    /// How many requests there may be.
    const POLICY: Policy;
}

/// What a store says of one more request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is within the limit.
    pub allowed: bool,
    /// How many more would be, right now.
    pub remaining: u32,
    /// Seconds until the next one is within the limit if this one is not; otherwise until the whole quota is there again.
    pub seconds: u64,
}

/// Keeps counts: implement it to share them between processes, in Redis for instance.
pub trait RateStore: Send + Sync + 'static {
    /// Counts one more request of `key` under `policy`. Policies are one if their name, quota and window are.
    ///
    /// # Errors
    ///
    /// If the store cannot tell; the request goes through then.
    ///
    /// # Cancel safety
    ///
    /// The future may be dropped when the client goes away.
    fn take<'a>(&'a self, policy: &'static Policy, key: &'a str) -> BoxFuture<'a, Result<Decision, BoxError>>;
}

/// The store of an application's limits: a singleton, or an input of the container. Cheap to clone.
#[derive(Clone)]
pub struct RateLimiter(Arc<dyn RateStore>);

impl RateLimiter {
    /// Counts in the memory of this process.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::new(InMemory::default())
    }

    /// Counts in `store`.
    pub fn new(store: impl RateStore) -> Self {
        Self(Arc::new(store))
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RateLimiter(..)")
    }
}

/// The guard that keeps the limit `L`, a [`RateLimit`]: `guards = [limited::<PerAddress>()]`.
#[must_use]
pub const fn limited<L>() -> Limited<L> {
    Limited(PhantomData)
}

/// A guard that keeps the limit `L`; see [`limited`].
pub struct Limited<L>(PhantomData<fn() -> L>);

impl<L: RateLimit> fmt::Debug for Limited<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Limited({})", L::POLICY.name())
    }
}

impl<C: 'static, L: RateLimit> Guard<C> for Limited<L>
where
    RateLimiter: Provide<C>,
    L::Key: Provide<C>,
{
    const NODE: NodeRef = NodeRef::new(Keep::<C, L>::NODE);
}

/// What the guard of `L` does in the container `C`.
struct Keep<C, L>(PhantomData<fn() -> (C, L)>);

impl<C: 'static, L: RateLimit> Provider for Keep<C, L> {
    type Value = ();
    type Error = TooManyRequests;
}

impl<C: 'static, L: RateLimit> AsyncProvider for Keep<C, L> {
    // Argument number 0 is the guard itself.
    fn build<'r>(args: Args<'r>) -> impl Future<Output = Result<(), TooManyRequests>> + Send {
        let key: &L::Key = args.shared(1);
        let limiter: &RateLimiter = args.shared(2);
        keep(Self::POLICY, key.rate_key(), limiter, args.exclusive(3))
    }
}

impl<C: 'static, L: RateLimit> Keep<C, L> {
    const POLICY: &'static Policy = &L::POLICY;
}

impl<C: 'static, L: RateLimit> Keep<C, L>
where
    RateLimiter: Provide<C>,
    L::Key: Provide<C>,
{
    const PARAMS: &'static [Param] = &[
        Param::shared("key", "Key", <L::Key as Provide<C>>::NODE, true),
        Param::shared("limiter", "RateLimiter", <RateLimiter as Provide<C>>::NODE, true),
        Param::exclusive("parts", "ResponseParts", <ResponseParts as Provide<C>>::NODE),
    ];
    const NODE: &'static Node = &Node {
        fault: L::POLICY.fault(),
        error: Some(ErrorInfo::of::<TooManyRequests>(
            "TooManyRequests",
            ResponseProbe::<TooManyRequests>::RESPOND,
            ErrorProbe::<TooManyRequests>::REPORT,
        )),
        params: Self::PARAMS,
        ..Node::of_framework::<()>(
            "Limited<_>",
            "limited",
            Scope::Transient,
            Build::Async(FutureCall::<bool>::provider::<Self>()),
        )
    };
}

async fn keep(
    policy: &'static Policy,
    key: String,
    limiter: &RateLimiter,
    parts: &mut ResponseParts,
) -> Result<(), TooManyRequests> {
    match limiter.0.take(policy, &key).await {
        Ok(decision) if decision.allowed => {
            headers::tell(policy, decision, parts);
            Ok(())
        }
        Ok(decision) => Err(TooManyRequests { policy, decision }),
        Err(error) => {
            let name = policy.name();
            tracing::error!("the store of the rate limit `{name}` failed, so the request goes through: {error}");
            Ok(())
        }
    }
}
