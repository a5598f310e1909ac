//! Is this connection too slow? [`Pace`] compares the counters of a [`Watch`](super::watch::Watch) from tick to tick and
//! gives a [`Verdict`]. It is pure: the clock and the counters are arguments.
//!
//! ```text
//!          ┌────────── a request came ───────────┐
//!   Head ──┴─▶ Busy ── done ──▶ Idle ── bytes ──▶ Head
//!    │                           │                      Closing: asked to close; dropped once nothing moves
//!    └─ header timeout: TimedOut └─ keep-alive timeout: Drain ─▶ Closing
//!
//!   Lingering: closed, but for what the client still sends; dropped after a while
//! ```
//!
//! Invariant: a phase's clock starts at the tick that first sees it, hence never before the phase itself does; no timeout
//! fires early, and each fires within one tick of its time.

use std::time::{Duration, Instant};

use super::config::Config;
use super::watch::Sample;

const LONGEST_TICK: Duration = Duration::from_secs(1);
const SHORTEST_TICK: Duration = Duration::from_millis(10);
const TICKS_PER_TIMEOUT: u32 = 5;

/// How long a client that still sends a body after its response is listened to.
const LINGER: Duration = Duration::from_secs(5);

/// The timeouts of a connection, and the tick that measures them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    header: Duration,
    keep_alive: Duration,
    write: Duration,
    /// The time between two ticks.
    pub(super) tick: Duration,
}

/// What is to be done with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing.
    Keep,
    /// Close it once what is in flight is done.
    Drain,
    /// Tell the client that its request head came too slowly, then close.
    TimedOut,
    /// Close it at once.
    Drop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A request head is awaited or incomplete.
    Head,
    /// A request or its response is under way.
    Busy,
    /// Between requests.
    Idle,
    /// Asked to close.
    Closing,
    /// Closed, and read until the client has closed too.
    Lingering,
}

/// Where a connection stands in time.
#[derive(Debug)]
pub(super) struct Pace {
    phase: Phase,
    since: Instant,
    /// Whether bytes between requests are the next request's head, as in HTTP/1.
    heads: bool,
    /// Since when the peer takes nothing that we write.
    stalled: Option<Instant>,
    last: Sample,
}

impl Limits {
    pub(super) fn new(config: &Config) -> Self {
        let (header, keep_alive, write) = (config.header_read_timeout, config.keep_alive_timeout, config.write_timeout);
        let shortest = header.min(keep_alive).min(write);
        Self { header, keep_alive, write, tick: (shortest / TICKS_PER_TIMEOUT).clamp(SHORTEST_TICK, LONGEST_TICK) }
    }
}

impl Pace {
    /// Starts at the accept: the first head is awaited.
    pub(super) fn new(now: Instant) -> Self {
        Self { phase: Phase::Head, since: now, heads: true, stalled: None, last: Sample::default() }
    }

    /// Notes that bytes between requests may be anything, as in HTTP/2.
    pub(super) fn has_no_heads(&mut self) {
        self.heads = false;
    }

    /// Notes that the connection was asked to close.
    pub(super) fn close(&mut self, now: Instant) {
        self.enter(Phase::Closing, now);
    }

    /// Notes that our half of the connection is closed.
    pub(super) fn linger(&mut self, now: Instant) {
        self.enter(Phase::Lingering, now);
    }

    /// Whether the connection was asked to close.
    pub(super) fn is_closing(&self) -> bool {
        self.phase == Phase::Closing
    }

    /// Judges the connection. To do so again at once gives the same verdict, unless something has moved.
    pub(super) fn tick(&mut self, now: Instant, sample: Sample, limits: &Limits) -> Verdict {
        let last = std::mem::replace(&mut self.last, sample);
        if self.is_stalled(now, sample, last, limits) {
            return Verdict::Drop;
        }
        let resting = !sample.in_flight && !sample.write_blocked;
        match self.phase {
            Phase::Closing => self.closing(now, sample, last, resting, limits),
            Phase::Lingering if self.lasted(now, LINGER) => Verdict::Drop,
            Phase::Lingering => Verdict::Keep,
            _ if !resting => self.enter(Phase::Busy, now),
            _ if sample.calls != last.calls || self.phase == Phase::Busy => self.enter(Phase::Idle, now),
            Phase::Idle if self.heads && sample.reads != last.reads => self.enter(Phase::Head, now),
            Phase::Idle if self.lasted(now, limits.keep_alive) => Verdict::Drain,
            Phase::Head if self.lasted(now, limits.header) => Self::late_head(sample),
            _ => Verdict::Keep,
        }
    }

    /// A connection asked to close that neither has work nor moves a byte is dropped, or it could stay for ever. Over HTTP/2, where what
    /// moves may be anything, only work counts.
    fn closing(&mut self, now: Instant, sample: Sample, last: Sample, resting: bool, limits: &Limits) -> Verdict {
        let moved = (sample.reads, sample.writes) != (last.reads, last.writes);
        if !resting || self.heads && moved {
            self.since = now;
        }
        if self.lasted(now, limits.header) { Verdict::Drop } else { Verdict::Keep }
    }

    /// Bytes after a request with a body may be the rest of that body, still read by someone after the response: then
    /// a 408 would be a second answer.
    fn late_head(sample: Sample) -> Verdict {
        match sample {
            Sample { reads: 0, .. } => Verdict::Drop,
            Sample { body_follows: true, .. } => Verdict::Drain,
            _ => Verdict::TimedOut,
        }
    }

    fn is_stalled(&mut self, now: Instant, sample: Sample, last: Sample, limits: &Limits) -> bool {
        if !sample.write_blocked || sample.writes != last.writes {
            self.stalled = None;
        }
        sample.write_blocked && now.duration_since(*self.stalled.get_or_insert(now)) >= limits.write
    }

    fn enter(&mut self, phase: Phase, now: Instant) -> Verdict {
        self.phase = phase;
        self.since = now;
        Verdict::Keep
    }

    fn lasted(&self, now: Instant, limit: Duration) -> bool {
        now.duration_since(self.since) >= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays samples one second apart and compares the verdicts; with the defaults of 10 s, 5 s and 60 s.
    #[track_caller]
    fn check(samples: &[Sample], seconds: u64, expected: Verdict) {
        let limits = Limits::new(&Config::default());
        let start = Instant::now();
        let mut pace = Pace::new(start);
        for (second, sample) in samples.iter().enumerate() {
            let verdict = pace.tick(start + Duration::from_secs(second as u64), *sample, &limits);
            assert_eq!(verdict, Verdict::Keep, "early, at {second} s");
        }
        let last = *samples.last().expect("at least one sample");
        let until = samples.len() as u64 + seconds;
        let mut verdicts =
            (samples.len() as u64..until).map(|second| pace.tick(start + Duration::from_secs(second), last, &limits));
        let ended = verdicts.by_ref().find(|verdict| *verdict != Verdict::Keep);
        assert_eq!(ended.unwrap_or(Verdict::Keep), expected);
    }

    fn sample(calls: u32, reads: u32) -> Sample {
        Sample { calls, reads, ..Sample::default() }
    }

    #[test]
    fn a_silent_connection_is_dropped() {
        check(&[sample(0, 0)], 9, Verdict::Keep);
        check(&[sample(0, 0)], 10, Verdict::Drop);
    }

    #[test]
    fn a_slow_head_is_answered() {
        check(&[sample(0, 1), sample(0, 2)], 9, Verdict::TimedOut);
    }

    #[test]
    fn a_late_second_head_is_answered() {
        check(&[sample(1, 1), sample(1, 1), sample(1, 2), sample(1, 3)], 20, Verdict::TimedOut);
    }

    #[test]
    fn an_idle_connection_drains() {
        check(&[sample(1, 1)], 4, Verdict::Keep);
        check(&[sample(1, 1)], 5, Verdict::Drain);
    }

    #[test]
    fn a_client_that_goes_on_sending_is_dropped() {
        let limits = Limits::new(&Config::default());
        let start = Instant::now();
        let mut pace = Pace::new(start);
        pace.linger(start);
        let mut after = |seconds| pace.tick(start + Duration::from_secs(seconds), sample(1, seconds as u32), &limits);
        assert_eq!((1..5).map(&mut after).find(|verdict| *verdict != Verdict::Keep), None);
        assert_eq!(after(5), Verdict::Drop);
    }

    #[test]
    fn a_long_request_is_left_alone() {
        check(&[Sample { in_flight: true, ..sample(1, 1) }], 100, Verdict::Keep);
    }

    #[test]
    fn bytes_of_an_upload_after_its_response_are_not_answered() {
        let upload = |reads| Sample { body_follows: true, ..sample(1, reads) };
        check(&[upload(1), upload(2), upload(3)], 20, Verdict::Drain);
    }

    #[test]
    fn a_peer_that_reads_nothing_is_dropped() {
        let blocked = Sample { write_blocked: true, in_flight: true, ..sample(1, 1) };
        check(&[blocked], 59, Verdict::Keep);
        check(&[blocked], 60, Verdict::Drop);
    }
}
