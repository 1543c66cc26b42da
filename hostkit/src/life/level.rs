//! The services that start together and stop together: how many of them are yet to start, how many yet to end.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

#[derive(Debug, Default)]
pub(crate) struct Level {
    unstarted: AtomicUsize,
    unended: AtomicUsize,
    /// Woken when one of the counts reaches zero, and when a service can't become ready any more.
    news: Notify,
}

impl Level {
    pub(crate) fn of(services: usize) -> Self {
        Level { unstarted: services.into(), unended: services.into(), news: Notify::new() }
    }

    pub(crate) fn all_started(&self) -> bool {
        self.unstarted.load(Ordering::Acquire) == 0
    }

    pub(crate) fn all_ended(&self) -> bool {
        self.unended.load(Ordering::Acquire) == 0
    }

    /// The next change worth a look; to be made before the look, so that none is missed.
    pub(crate) fn news(&self) -> Notified<'_> {
        self.news.notified()
    }

    pub(super) fn one_started(&self) {
        if self.unstarted.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.news.notify_waiters();
        }
    }

    pub(super) fn one_ended(&self) {
        if self.unended.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.news.notify_waiters();
        }
    }

    pub(super) fn tell(&self) {
        self.news.notify_waiters();
    }
}
