//! The time, as a worker read it that does a batch of jobs in microseconds: good enough for who enqueues meanwhile, and a third
//! of the price of an enqueue saved. As soon as no worker is that quick, everybody reads the clock again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::{self, Instant};

pub(super) struct Stamp {
    begun: Instant,
    /// Nanoseconds from the beginning; 0 while nobody is that quick.
    last: AtomicU64,
}

impl Stamp {
    pub(super) fn new() -> Self {
        Stamp { begun: clock::now(), last: AtomicU64::new(0) }
    }

    pub(super) fn now(&self) -> Instant {
        match self.last.load(Ordering::Relaxed) {
            0 => clock::now(),
            nanos => self.begun + Duration::from_nanos(nanos),
        }
    }

    /// A worker has read the clock; `brisk`: and will again in microseconds.
    pub(super) fn set(&self, now: Instant, brisk: bool) {
        let nanos = now.saturating_duration_since(self.begun).as_nanos();
        let stamp = if brisk { u64::try_from(nanos).unwrap_or(0) } else { 0 };
        if stamp != self.last.load(Ordering::Relaxed) {
            self.last.store(stamp, Ordering::Relaxed);
        }
    }
}
