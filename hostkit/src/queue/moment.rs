//! Time as a store keeps it: half as large as an `Instant`, and cheap to compare.

use std::time::Duration;

use crate::clock::{self, Instant};

/// Nanoseconds since an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(u64);

impl Moment {
    /// Nanoseconds; none if that one is later.
    pub(super) fn since(self, earlier: Moment) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    pub(super) fn before(self, nanos: u64) -> Moment {
        Moment(self.0.saturating_sub(nanos))
    }
}

/// What a store's moments count from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Epoch(Instant);

impl Epoch {
    /// Long ago: a runtime whose clock a test has paused may live in the past of whoever builds the store.
    pub(super) fn new() -> Self {
        Epoch(clock::before(clock::now(), Duration::from_secs(60 * 60)))
    }

    pub(super) fn at(self, instant: Instant) -> Moment {
        Moment(clock::nanos(instant.saturating_duration_since(self.0)))
    }

    pub(crate) fn now(self) -> Moment {
        self.at(clock::now())
    }

    pub(crate) fn instant(self, moment: Moment) -> Instant {
        clock::later(self.0, Duration::from_nanos(moment.0))
    }
}
