//! Time as a store keeps it, half as large as an `Instant` and cheap to compare; and the time of an enqueue, without a look at the
//! clock where there was one microseconds ago: the clock would take as long as the enqueue.

use std::sync::atomic::{AtomicU64, Ordering};
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

/// The time, as a worker read it that does a batch of jobs in microseconds: good enough for who enqueues meanwhile. As soon as no
/// worker is that quick, everybody reads the clock again.
pub(super) struct Stamp {
    epoch: Epoch,
    /// 0 while nobody is that quick.
    last: AtomicU64,
}

impl Stamp {
    pub(super) fn new(epoch: Epoch) -> Self {
        Stamp { epoch, last: AtomicU64::new(0) }
    }

    pub(super) fn now(&self) -> Moment {
        match self.last.load(Ordering::Relaxed) {
            0 => self.epoch.now(),
            nanos => Moment(nanos),
        }
    }

    /// A worker is called, which will be here in microseconds: its time is good enough for all that is enqueued until then.
    pub(super) fn called(&self) -> Moment {
        let now = self.epoch.now();
        self.last.store(now.0, Ordering::Relaxed);
        now
    }

    /// A worker has read the clock; `brisk`: and will again in microseconds.
    pub(super) fn set(&self, now: Moment, brisk: bool) {
        let stamp = if brisk { now.0 } else { 0 };
        if stamp != self.last.load(Ordering::Relaxed) {
            self.last.store(stamp, Ordering::Relaxed);
        }
    }
}
