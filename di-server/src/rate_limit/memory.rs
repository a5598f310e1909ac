//! How are requests counted within one process?

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use di_core::rt::BoxFuture;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};

use super::{Decision, Policy, RateStore};
use crate::BoxError;

type Limiter = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// After so many requests it is looked at whether keys can be forgotten.
const LOOK: usize = 1024;

/// So many keys are never too many.
const FEW: usize = 10_000;

/// The longest key that is kept as it is: clients make them, and there may be many.
const LONGEST: usize = 64;

/// The requests of one policy.
struct Counts {
    limiter: Limiter,
    /// What stands for longer keys.
    hashers: [RandomState; 2],
    taken: AtomicUsize,
    /// With how many keys the next look forgets those that have their whole quota again.
    full: AtomicUsize,
}

/// Counts in the memory of this process; keys that have their whole quota again are forgotten in time.
#[derive(Default)]
pub struct InMemory(RwLock<HashMap<Policy, Arc<Counts>>>);

impl fmt::Debug for InMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InMemory")
    }
}

impl InMemory {
    /// The counts of a policy, if it is one: that of a guard is, or it would not compile.
    fn counts(&self, policy: &Policy) -> Result<Arc<Counts>, BoxError> {
        let counts = self.0.read().unwrap_or_else(PoisonError::into_inner).get(policy).cloned();
        if let Some(counts) = counts {
            return Ok(counts);
        }
        if let Some(fault) = policy.fault() {
            return Err(format!("`{}` {fault}", policy.name()).into());
        }
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Ok(all.entry(*policy).or_insert_with(|| Arc::new(Counts::new(policy))).clone())
    }
}

impl RateStore for InMemory {
    fn take<'a>(&'a self, policy: &'static Policy, key: &'a str) -> BoxFuture<'a, Result<Decision, BoxError>> {
        let decision = self.counts(policy).map(|counts| counts.take(key));
        Box::pin(std::future::ready(decision))
    }
}

impl Counts {
    fn new(policy: &Policy) -> Self {
        let quota = NonZeroU32::new(policy.quota()).expect("a policy's quota is not zero");
        // One comes back after each such time; a window too short for its quota is as if there were no limit.
        let each = (policy.window() / policy.quota()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(each).expect("the period is not zero").allow_burst(quota);
        let limiter = RateLimiter::keyed(quota).with_middleware();
        Self {
            limiter,
            hashers: [RandomState::new(), RandomState::new()],
            taken: AtomicUsize::new(0),
            full: AtomicUsize::new(FEW),
        }
    }

    fn take(&self, key: &str) -> Decision {
        if self.taken.fetch_add(1, Ordering::Relaxed) % LOOK == LOOK - 1 {
            self.forget();
        }
        match self.limiter.check_key(&self.kept(key)) {
            Ok(state) => {
                let (quota, remaining) = (state.quota(), state.remaining_burst_capacity());
                let lacking = quota.burst_size().get().saturating_sub(remaining);
                let seconds = quota.replenish_interval().saturating_mul(lacking);
                Decision { allowed: true, remaining, seconds: whole(seconds) }
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(self.limiter.clock().now());
                Decision { allowed: false, remaining: 0, seconds: whole(wait) }
            }
        }
    }

    /// `key`, or the hash of a long one, which nobody else can foresee.
    fn kept(&self, key: &str) -> String {
        if key.len() <= LONGEST {
            return key.to_owned();
        }
        let [first, second] = self.hashers.each_ref().map(|hasher| hasher.hash_one(key));
        format!("{first:016x}{second:016x}")
    }

    fn forget(&self) {
        if self.limiter.len() < self.full.load(Ordering::Relaxed) {
            return;
        }
        self.limiter.retain_recent();
        // If hardly any could be forgotten, looking again soon would cost more than it brings.
        self.full.store(FEW.max(2 * self.limiter.len()), Ordering::Relaxed);
    }
}

/// Seconds, rounded up.
fn whole(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
