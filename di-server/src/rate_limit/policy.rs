//! How many requests in how long?

use std::time::Duration;

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
    /// # Panics
    ///
    /// If the quota or the window is zero, or the name is empty or no word of ASCII: in a constant, a compile error.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str, quota: u32, window: Duration) -> Self {
        let (bytes, mut i) = (name.as_bytes(), 0);
        let mut fits = !bytes.is_empty();
        while i < bytes.len() {
            fits &= matches!(bytes[i], b'!' | b'#'..=b'[' | b']'..=b'~');
            i += 1;
        }
        assert!(fits, "a policy's name is one word, without spaces, quotes and backslashes\nhelp: write `\"address\"`");
        assert!(quota > 0, "a quota of zero lets nobody in\nhelp: write at least 1");
        assert!(!window.is_zero(), "a quota is for a time\nhelp: write `Duration::from_secs(60)`");
        Self { name, quota, window }
    }

    /// `quota` requests in a second.
    #[must_use]
    #[track_caller]
    pub const fn per_second(name: &'static str, quota: u32) -> Self {
        Self::new(name, quota, Duration::from_secs(1))
    }

    /// `quota` requests in a minute.
    #[must_use]
    #[track_caller]
    pub const fn per_minute(name: &'static str, quota: u32) -> Self {
        Self::new(name, quota, Duration::from_secs(60))
    }

    /// `quota` requests in an hour.
    #[must_use]
    #[track_caller]
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
