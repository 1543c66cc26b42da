//! A token bucket: how many attempts may begin now, and when the next one may. Pure: a rate and an instant in, numbers out.

use std::time::Duration;

use crate::time::clock::{self, Instant};

/// A number of attempts in a stretch of time: `Rate::new(100, Duration::from_secs(1))` is `rate = "100/s"` in an attribute.
///
/// After a quiet time that many may begin at once; from then on they are spread evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub(crate) count: u32,
    pub(crate) per: Duration,
}

impl Rate {
    /// `count` attempts in `per`. A zero of either is found when the plan is validated.
    pub const fn new(count: u32, per: Duration) -> Self {
        Rate { count, per }
    }

    /// It lets nothing through, or everything.
    pub(crate) fn is_useless(self) -> bool {
        self.count == 0 || self.interval().is_zero()
    }

    fn interval(self) -> Duration {
        self.per.checked_div(self.count).unwrap_or_default()
    }
}

/// Kept as the instant at which it will be full again.
pub(super) struct Bucket {
    interval: Duration,
    /// From empty to full.
    whole: Duration,
    full_at: Instant,
}

impl Bucket {
    pub(super) fn full(rate: Rate, now: Instant) -> Self {
        let interval = rate.interval();
        Bucket { interval, whole: interval.saturating_mul(rate.count), full_at: now }
    }

    fn missing(&self, now: Instant) -> Duration {
        self.full_at.saturating_duration_since(now)
    }

    /// How many may begin now.
    pub(super) fn tokens(&self, now: Instant) -> usize {
        let there = self.whole.saturating_sub(self.missing(now));
        usize::try_from(there.as_nanos() / self.interval.as_nanos().max(1)).unwrap_or(usize::MAX)
    }

    pub(super) fn take(&mut self, count: usize, now: Instant) {
        self.full_at = clock::later(self.full_at.max(now), self.worth(count));
    }

    /// Some were taken and not used.
    pub(super) fn give_back(&mut self, count: usize) {
        self.full_at = self.full_at.checked_sub(self.worth(count)).unwrap_or(self.full_at);
    }

    fn worth(&self, count: usize) -> Duration {
        self.interval.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// When there will be one, if there is none now.
    pub(super) fn next(&self, now: Instant) -> Option<Instant> {
        let lacking = (self.missing(now) + self.interval).checked_sub(self.whole)?;
        (!lacking.is_zero()).then(|| clock::later(now, lacking))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// In no stretch of time do more begin than the burst and what the stretch refills.
        #[test]
        fn no_stretch_exceeds_it(count in 1u32..50, steps in proptest::collection::vec((0u64..100, 0usize..20), 1..100)) {
            let rate = Rate::new(count, Duration::from_secs(1));
            let begun = clock::now();
            let mut bucket = Bucket::full(rate, begun);
            let (mut now, mut taken) = (begun, Vec::new());
            for (wait, want) in steps {
                now += Duration::from_millis(wait);
                let some = bucket.tokens(now).min(want);
                prop_assert_eq!(bucket.tokens(now) == 0, bucket.next(now).is_some());
                if let Some(next) = bucket.next(now) {
                    prop_assert!(bucket.tokens(next) >= 1 && bucket.tokens(next - Duration::from_nanos(1)) == 0);
                }
                bucket.take(some, now);
                taken.push((now, some as u128));
            }
            for (i, (from, _)) in taken.iter().enumerate() {
                let mut sum = 0;
                for (to, some) in &taken[i..] {
                    sum += some;
                    let refilled = (*to - *from).as_nanos() / rate.interval().as_nanos() + 1;
                    prop_assert!(sum <= u128::from(count) + refilled);
                }
            }
        }

        #[test]
        fn what_is_given_back_can_be_taken_again(count in 1u32..50, some in 0usize..50) {
            let now = clock::now();
            let mut bucket = Bucket::full(Rate::new(count, Duration::from_secs(1)), now);
            let some = some.min(bucket.tokens(now));
            bucket.take(some, now);
            bucket.give_back(some);
            prop_assert_eq!(bucket.tokens(now), count as usize);
        }
    }
}
