//! How long to wait before the next try: the number of tries so far in, a jittered delay out. Pure but for the dice.

use std::time::Duration;

/// An exponential backoff between two bounds, with jitter.
///
/// The n-th delay (from 0) lies between `min * 2^n` and `min * 2^(n+1)`, chosen at random, so that a fleet that failed
/// together does not come back together; it never leaves the bounds.
///
/// ```
/// use std::time::Duration;
/// let backoff = hostkit::builder::Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
/// let third = backoff.delay(2);
/// assert!(Duration::from_secs(4) <= third && third <= Duration::from_secs(8));
/// ```
///
/// In an attribute it is written `backoff = "1s..1m"`, which is also the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    min: Duration,
    max: Duration,
}

impl Backoff {
    /// Delays from `min` up to `max`. A `min` above `max`, or one of zero that is to grow, is found when the plan is validated.
    pub const fn new(min: Duration, max: Duration) -> Self {
        Backoff { min, max }
    }

    /// The shortest delay.
    pub const fn min(&self) -> Duration {
        self.min
    }

    /// The longest delay.
    pub const fn max(&self) -> Duration {
        self.max
    }

    /// The delay after `failures` failures before this one.
    pub fn delay(&self, failures: u32) -> Duration {
        self.chosen(failures, fastrand::f64())
    }

    fn chosen(&self, failures: u32, dice: f64) -> Duration {
        let most = (self.max / 2).max(self.min);
        let low = doubled(self.min, failures).map_or(most, |doubled| doubled.min(most));
        let high = low.saturating_mul(2).min(self.max).max(low);
        (low + (high - low).mul_f64(dice)).clamp(self.min, self.max.max(self.min))
    }
}

/// Doubled so often, as far as a duration goes.
fn doubled(wait: Duration, often: u32) -> Option<Duration> {
    let nanos = wait.as_nanos();
    if nanos.leading_zeros() <= often {
        return nanos.eq(&0).then_some(wait);
    }
    let nanos = nanos << often;
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    Some(Duration::new(seconds, (nanos % 1_000_000_000) as u32))
}

impl Default for Backoff {
    /// `1s..1m`.
    fn default() -> Self {
        Backoff::new(Duration::from_secs(1), Duration::from_secs(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn stays_within_its_bounds_and_never_shrinks(
            min in 0u64..10_000, span in 0u64..10_000_000, failures in 0u32..80, dice in 0.0f64..1.0,
        ) {
            let backoff = Backoff::new(Duration::from_millis(min), Duration::from_millis(min + span));
            let delay = backoff.chosen(failures, dice);
            prop_assert!(backoff.min() <= delay && delay <= backoff.max());
            prop_assert!(backoff.chosen(failures + 1, 0.0) >= backoff.chosen(failures, 0.0));
            prop_assert!(backoff.chosen(failures + 1, 1.0) >= backoff.chosen(failures, 1.0));
        }

        /// Each time twice as long as before, whatever it begins with: no leap to the longest.
        #[test]
        fn grows_by_doubling_alone(min in 1u64..10_000_000_000, failures in 0u32..200) {
            let backoff = Backoff::new(Duration::from_nanos(min), Duration::MAX);
            let (before, after) = (backoff.chosen(failures, 0.0), backoff.chosen(failures + 1, 0.0));
            prop_assert!(after == before.saturating_mul(2).min(Duration::MAX / 2));
            prop_assert!(backoff.chosen(u32::MAX, 1.0) <= Duration::MAX);
        }

        #[test]
        fn doubles_until_it_meets_the_limit(failures in 0u32..5) {
            let backoff = Backoff::default();
            prop_assert_eq!(backoff.chosen(failures, 0.0), Duration::from_secs(1 << failures).min(Duration::from_secs(30)));
        }
    }
}
