//! What is counted and measured of a queue.

use std::time::Duration;

/// How a queue is and how its jobs fared so far.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct QueueStats {
    /// Jobs that wait and could run now, or as soon as the job of their key that is before them has.
    pub waiting: usize,
    /// Jobs whose time is yet to come: delayed, snoozed, or between two attempts.
    pub delayed: usize,
    /// For how long the one that waits longest has.
    pub oldest_waiting: Option<Duration>,
    /// Jobs that run.
    pub running: usize,
    /// How many jobs may run at a time.
    pub workers: usize,
    /// How many jobs may wait before who enqueues waits too.
    pub capacity: usize,
    /// Jobs that ended well.
    pub done: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// Failed attempts that another one followed, or will.
    pub retried: u64,
    /// How often a job was put off.
    pub snoozed: u64,
    /// Jobs that died: kept, retried since, or forgotten.
    pub died: u64,
    /// Dead jobs that are kept.
    pub dead: usize,
    /// Dead jobs that were forgotten, since more came than are kept.
    pub forgotten: u64,
    /// Jobs that a stop cut short.
    pub interrupted: usize,
    /// From the moment from which a job could run until it ran.
    pub time_in_queue: Latency,
    /// How long attempts took. Jobs of less than a microsecond are measured many at a
    /// time.
    pub run_time: Latency,
}

/// A distribution of durations. Quantiles are right to a factor of two.
#[derive(Debug, Clone)]
pub struct Latency {
    count: u64,
    total: u64,
    max: u64,
    /// By the position of the highest bit of the nanoseconds.
    buckets: [u64; BUCKETS],
}

/// The last one begins at 2^43 ns: two and a half hours.
const BUCKETS: usize = 44;

impl Default for Latency {
    fn default() -> Self {
        Latency { count: 0, total: 0, max: 0, buckets: [0; BUCKETS] }
    }
}

impl Latency {
    #[inline]
    pub(super) fn record(&mut self, nanos: u64) {
        self.record_many(nanos, 1);
    }

    /// Several of one length.
    #[inline]
    pub(super) fn record_many(&mut self, nanos: u64, count: u64) {
        if count == 0 {
            return;
        }
        self.count += count;
        self.total = self.total.saturating_add(nanos.saturating_mul(count));
        self.max = self.max.max(nanos);
        let bucket = nanos.checked_ilog2().unwrap_or(0) as usize;
        self.buckets[bucket.min(BUCKETS - 1)] += count;
    }

    /// Takes over what was measured elsewhere, which is empty then.
    pub(super) fn take_over(&mut self, other: &mut Latency) {
        if other.count == 0 {
            return;
        }
        self.count += other.count;
        self.total = self.total.saturating_add(other.total);
        self.max = self.max.max(other.max);
        self.buckets.iter_mut().zip(other.buckets).for_each(|(here, there)| *here += there);
        *other = Latency::default();
    }

    /// How many were measured.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; zero where there are none.
    pub fn mean(&self) -> Duration {
        Duration::from_nanos(self.total.checked_div(self.count).unwrap_or(0))
    }

    /// The longest.
    pub fn max(&self) -> Duration {
        Duration::from_nanos(self.max)
    }

    /// What such a share of them (0.99, say) does not exceed: at least the true one, and less than twice as much.
    pub fn quantile(&self, share: f64) -> Duration {
        let rank = (share.clamp(0.0, 1.0) * self.count as f64).ceil() as u64;
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank.max(1) {
                let end = if bucket == BUCKETS - 1 { self.max } else { (2u64 << bucket) - 1 };
                return Duration::from_nanos(end.min(self.max));
            }
        }
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_quantile_is_right_to_a_factor_of_two(mut all in proptest::collection::vec(1u64..1 << 42, 1..200), share in 0.01f64..1.0) {
            let mut latency = Latency::default();
            all.iter().for_each(|nanos| latency.record(*nanos));
            all.sort_unstable();
            let exact = all[((share * all.len() as f64).ceil() as usize).max(1) - 1];
            let shown = latency.quantile(share).as_nanos() as u64;
            prop_assert!(exact <= shown && shown < exact * 2);
        }
    }

    #[test]
    fn nothing_measured_is_nothing() {
        let latency = Latency::default();
        assert_eq!((latency.mean(), latency.max(), latency.quantile(0.5)), Default::default());
    }
}
