//! How many requests in how long?

use std::time::Duration;

use di_core::graph::is_word;

/// The longest window in seconds: what a clock of nanoseconds can count.
const LONGEST: u64 = 100 * 365 * 24 * 60 * 60;

/// So many requests in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Policy {
    name: &'static str,
    quota: u32,
    window: Duration,
}

impl Policy {
    /// `quota` requests in `window`, for each key.
    ///
    /// The name is what clients see: give each limit of a route another. Policies of one name, quota and window are one policy,
    /// and count together wherever they are used; others count by themselves.
    ///
    /// The quota is at least 1, the window not zero and at most a hundred years, and the name one word of ASCII. A table with a guard
    /// of any other policy does not compile.
    #[must_use]
    pub const fn new(name: &'static str, quota: u32, window: Duration) -> Self {
        Self { name, quota, window }
    }

    /// What is wrong with it, said of the guard.
    pub(super) const fn fault(&self) -> Option<&'static str> {
        if !is_word(self.name) {
            return Some(
                "has a policy whose name is not one word without spaces, quotes and backslashes\nhelp: write `\"address\"`",
            );
        }
        if self.quota == 0 {
            return Some("has a quota of zero, which lets nobody in\nhelp: write at least 1");
        }
        if self.window.is_zero() {
            return Some("has a quota for no time\nhelp: write `Duration::from_secs(60)`");
        }
        if self.window.as_secs() > LONGEST {
            return Some("has a quota for more than a hundred years\nhelp: write a shorter time");
        }
        None
    }

    /// `quota` requests in a second.
    #[must_use]
    pub const fn per_second(name: &'static str, quota: u32) -> Self {
        Self::new(name, quota, Duration::from_secs(1))
    }

    /// `quota` requests in a minute.
    #[must_use]
    pub const fn per_minute(name: &'static str, quota: u32) -> Self {
        Self::new(name, quota, Duration::from_secs(60))
    }

    /// `quota` requests in an hour.
    #[must_use]
    pub const fn per_hour(name: &'static str, quota: u32) -> Self {
        Self::new(name, quota, Duration::from_secs(3600))
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How many requests there may be.
    #[must_use]
    pub const fn quota(&self) -> u32 {
        self.quota
    }

    /// In how long.
    #[must_use]
    pub const fn window(&self) -> Duration {
        self.window
    }
}
