//! A moment of the runtime's time in eight bytes: nanoseconds from the first moment that was looked at. To reckon with it takes a
//! tenth of the instructions that an `Instant` does, where a queue reckons at each job.

use std::num::NonZeroU64;
use std::sync::OnceLock;
use std::time::Duration;

use super::clock::{self, Instant};

/// The nanoseconds with their sign turned round: in order, and an `Option` of it is no larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At(NonZeroU64);

/// So that what lies before the first moment is the smaller number.
const SIGN: u64 = 1 << 63;

fn first() -> Instant {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    *FIRST.get_or_init(clock::now)
}

impl At {
    /// The time of the runtime that this is called in.
    pub(crate) fn now() -> Self {
        let first = first();
        At::from(clock::now(), first)
    }

    pub(crate) fn of(instant: Instant) -> Self {
        At::from(instant, first())
    }

    fn from(instant: Instant, first: Instant) -> Self {
        match instant.checked_duration_since(first) {
            Some(after) => At::of_bits(signed_nanos(after)),
            None => At::of_bits(-signed_nanos(first.duration_since(instant))),
        }
    }

    pub(crate) fn instant(self) -> Instant {
        let (first, distance) = (first(), Duration::from_nanos(self.bits().unsigned_abs()));
        let instant = if self.bits() < 0 { first.checked_sub(distance) } else { first.checked_add(distance) };
        instant.unwrap_or(first)
    }

    /// How many nanoseconds after the other; 0 if it is not.
    pub(crate) fn nanos_since(self, earlier: At) -> u64 {
        self.0.get().saturating_sub(earlier.0.get())
    }

    pub(crate) fn bits(self) -> i64 {
        (self.0.get() ^ SIGN).cast_signed()
    }

    pub(crate) fn of_bits(bits: i64) -> Self {
        At(NonZeroU64::new(bits.cast_unsigned() ^ SIGN).unwrap_or(NonZeroU64::MIN))
    }
}

/// As [`nanos`], where they may be counted backwards too.
fn signed_nanos(duration: Duration) -> i64 {
    i64::try_from(nanos(duration)).unwrap_or(i64::MAX)
}

/// As many nanoseconds as a number holds; the rest is as good as never.
fn nanos(duration: Duration) -> u64 {
    duration.as_secs().saturating_mul(1_000_000_000).saturating_add(duration.subsec_nanos().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_instant_to_the_nanosecond_before_the_first_one_too() {
        let now = clock::now();
        for distance in [0, 1, 999_999_999, 1_000_000_000, 86_400_000_000_001].map(Duration::from_nanos) {
            for instant in [Some(now + distance), now.checked_sub(distance)].into_iter().flatten() {
                assert_eq!(At::of(instant).instant(), instant);
                assert_eq!(At::of(instant).cmp(&At::of(now)), instant.cmp(&now));
            }
            assert_eq!(At::of(now + distance).nanos_since(At::of(now)), nanos(distance));
            assert_eq!(At::of(now).nanos_since(At::of(now + distance)), 0);
        }
    }
}
