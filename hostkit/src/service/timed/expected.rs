//! When a timer is due next: written by the timer at each due time, read by the watch and by whoever asks, without a lock.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use crate::at::At;
use crate::clock::nanos;

/// How a due time stands to its tolerance.
pub(crate) enum Overdue {
    /// It is overdue, so long after it was due.
    Since(Duration),
    /// It would be, so long from now.
    In(Duration),
}

/// None is expected.
const NONE: i64 = i64::MAX;

#[derive(Debug)]
pub(super) struct Expected {
    next: AtomicI64,
    /// How late it may be before it is overdue.
    tolerance: AtomicU64,
    /// The one that is overdue.
    told: AtomicI64,
}

impl Default for Expected {
    fn default() -> Self {
        Expected { next: AtomicI64::new(NONE), tolerance: AtomicU64::new(0), told: AtomicI64::new(NONE) }
    }
}

impl Expected {
    pub(super) fn set(&self, next: Option<(At, Duration)>) {
        let Some((next, tolerance)) = next else { return self.next.store(NONE, Ordering::Release) };
        self.next.store(next.bits(), Ordering::Release);
        // After it: a reader may find a new due time with an old tolerance, which does no harm, as it lies ahead.
        self.tolerance.store(nanos(tolerance), Ordering::Release);
    }

    pub(super) fn next(&self) -> Option<At> {
        Some(self.next.load(Ordering::Acquire)).filter(|next| *next != NONE).map(At::of_bits)
    }

    /// Whether the next due time was found to be overdue.
    pub(super) fn is_overdue(&self) -> bool {
        let told = self.told.load(Ordering::Acquire);
        told != NONE && told == self.next.load(Ordering::Acquire)
    }

    /// How late the next due time is, told once for each that is later than its tolerance; else how long until that.
    pub(super) fn overdue(&self, now: At) -> Option<Overdue> {
        let tolerance = Duration::from_nanos(self.tolerance.load(Ordering::Acquire));
        let due = self.next()?;
        let late = now.since(due);
        if late > tolerance {
            return (self.told.swap(due.bits(), Ordering::AcqRel) != due.bits())
                .then_some(Overdue::Since(late));
        }
        Some(Overdue::In(due.since(now).saturating_add(tolerance - late)))
    }
}
