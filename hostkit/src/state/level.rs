//! The services that start together and stop together: how many of them are yet to start, how many yet to end.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::time::clock::{self, Instant};

#[derive(Debug, Default)]
pub(crate) struct StartLevel {
    unstarted: AtomicUsize,
    unended: AtomicUsize,
    /// Woken when one of the counts reaches zero, and when a service can't become ready any more.
    news: Notify,
    /// When its services were started: the same instant for all.
    begun: OnceLock<Instant>,
}

impl StartLevel {
    pub(crate) fn of(services: usize) -> Self {
        StartLevel { unstarted: services.into(), unended: services.into(), ..StartLevel::default() }
    }

    pub(crate) fn begin(&self, at: Instant) {
        let _ = self.begun.set(at);
    }

    pub(crate) fn begun(&self) -> Option<Instant> {
        self.begun.get().copied()
    }

    pub(crate) fn since_begun(&self) -> Duration {
        self.begun.get().map(|begun| clock::now().saturating_duration_since(*begun)).unwrap_or_default()
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

    pub(crate) fn one_started(&self) {
        if self.unstarted.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.news.notify_waiters();
        }
    }

    pub(crate) fn one_ended(&self) {
        if self.unended.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.news.notify_waiters();
        }
    }

    pub(crate) fn look_again(&self) {
        self.news.notify_waiters();
    }
}
