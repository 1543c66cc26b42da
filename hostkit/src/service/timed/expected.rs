//! When a timer is due next: written by the timer at each due time, read by the watch and by whoever asks, without a lock.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::{Instant, nanos};

/// How a due time stands to its tolerance.
pub(crate) enum Overdue {
    /// It is overdue, so long after it was due.
    Since(Duration),
    /// It would be, so long from now.
    In(Duration),
}

#[derive(Debug, Default)]
pub(super) struct Expected {
    /// The first due time: all others are counted from it, in nanoseconds.
    from: OnceLock<Instant>,
    /// One more than that; 0 for none.
    next: AtomicU64,
    /// How late it may be before it is overdue.
    tolerance: AtomicU64,
    /// The one that is overdue.
    told: AtomicU64,
}

impl Expected {
    pub(super) fn set(&self, next: Option<(Instant, Duration)>) {
        let Some((next, tolerance)) = next else { return self.next.store(0, Ordering::Release) };
        let from = self.from.get_or_init(|| next);
        self.next.store(nanos(next.saturating_duration_since(*from)).saturating_add(1), Ordering::Release);
        // After it: a reader may find a new due time with an old tolerance, which does no harm, as it lies ahead.
        self.tolerance.store(nanos(tolerance), Ordering::Release);
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.instant(self.next.load(Ordering::Acquire))
    }

    fn instant(&self, next: u64) -> Option<Instant> {
        self.from.get()?.checked_add(Duration::from_nanos(next.checked_sub(1)?))
    }

    /// Whether the next due time was found to be overdue.
    pub(super) fn is_overdue(&self) -> bool {
        let told = self.told.load(Ordering::Acquire);
        told != 0 && told == self.next.load(Ordering::Acquire)
    }

    /// How late the next due time is, told once for each that is later than its tolerance; else how long until that.
    pub(super) fn overdue(&self, now: Instant) -> Option<Overdue> {
        let tolerance = Duration::from_nanos(self.tolerance.load(Ordering::Acquire));
        let next = self.next.load(Ordering::Acquire);
        let due = self.instant(next)?;
        let late = now.saturating_duration_since(due);
        if late > tolerance {
            return (self.told.swap(next, Ordering::AcqRel) != next).then_some(Overdue::Since(late));
        }
        Some(Overdue::In(due.saturating_duration_since(now).saturating_add(tolerance - late)))
    }
}
