//! A moment of the runtime's time in eight bytes: nanoseconds from the first moment that was looked at. To reckon with it takes a
//! tenth of the instructions that an `Instant` does, where a timer reckons at each firing.

use std::num::NonZeroU64;
use std::sync::OnceLock;
use std::time::Duration;

use super::clock::{self, FAR, Instant, nanos, signed_nanos};

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

    #[cfg(any(test, feature = "queue"))]
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

    pub(crate) fn checked_add(self, duration: Duration) -> Option<Self> {
        self.after(nanos(duration))
    }

    pub(crate) fn checked_sub(self, duration: Duration) -> Option<Self> {
        self.bits().checked_sub(i64::try_from(nanos(duration)).ok()?).map(At::of_bits)
    }

    /// This far after; a duration too long to add means "as good as never".
    pub(crate) fn later(self, duration: Duration) -> Self {
        self.checked_add(duration).unwrap_or(At::of_bits(self.bits().saturating_add(signed_nanos(FAR))))
    }

    /// How long after the other; nothing if it is not.
    pub(crate) fn since(self, earlier: At) -> Duration {
        Duration::from_nanos(self.nanos_since(earlier))
    }

    /// The same in nanoseconds.
    pub(crate) fn nanos_since(self, earlier: At) -> u64 {
        self.0.get().saturating_sub(earlier.0.get())
    }

    /// So many nanoseconds after, if there is such a time.
    pub(crate) fn after(self, nanos: u64) -> Option<Self> {
        self.bits().checked_add_unsigned(nanos).map(At::of_bits)
    }

    /// So many nanoseconds before.
    #[cfg(feature = "queue")]
    pub(crate) fn before(self, nanos: u64) -> Self {
        At::of_bits(self.bits().saturating_sub_unsigned(nanos))
    }

    pub(crate) fn bits(self) -> i64 {
        (self.0.get() ^ SIGN).cast_signed()
    }

    pub(crate) fn of_bits(bits: i64) -> Self {
        At(NonZeroU64::new(bits.cast_unsigned() ^ SIGN).unwrap_or(NonZeroU64::MIN))
    }
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
            assert_eq!(At::of(now).checked_add(distance), Some(At::of(now + distance)));
            assert_eq!(At::of(now + distance).since(At::of(now)), distance);
            assert_eq!(At::of(now).since(At::of(now + distance)), Duration::ZERO);
        }
        assert_eq!(At::of(now).checked_add(Duration::MAX), None);
        assert_eq!(At::of(now).later(Duration::MAX), At::of(now).later(FAR));
    }
}
