//! The only clock: tokio's, so that a paused runtime pauses hostkit; and the real one, for the watch thread.

use std::future::Future;
use std::time::{Duration, SystemTime};

pub(crate) use tokio::time::{Instant, Sleep, sleep_until};

/// The time of the runtime that this is called in: paused when it is paused.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The machine's monotonic time, which no test pauses. Only the watch thread judges by it.
pub(crate) fn real_now() -> std::time::Instant {
    std::time::Instant::now()
}

/// Both of the machine's clocks at one moment; nothing if this thread was held up between the two.
pub(crate) fn real_clocks() -> Option<(std::time::Instant, SystemTime)> {
    let (instant, wall) = (std::time::Instant::now(), SystemTime::now());
    (instant.elapsed() < Duration::from_millis(10)).then_some((instant, wall))
}

/// The wall clock of one host: the system's, or in a test one that starts where the test says and goes by the runtime's time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WallClock(Option<(SystemTime, Instant)>);

impl WallClock {
    /// Shows that time now, and goes with the runtime's from here.
    #[cfg(feature = "testing")]
    pub(crate) fn set(time: SystemTime) -> Self {
        WallClock(Some((time, now())))
    }

    /// Whether it can part from the runtime's time.
    pub(crate) fn drifts(self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn now(self) -> SystemTime {
        match self.0 {
            None => SystemTime::now(),
            Some((set, at)) => set.checked_add(now().saturating_duration_since(at)).unwrap_or(set),
        }
    }
}

pub(crate) async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// The future's output, or nothing once the time is over.
pub(crate) async fn within<F: Future>(duration: Duration, future: F) -> Option<F::Output> {
    tokio::time::timeout(duration, future).await.ok()
}

/// An instant this far ahead; a duration too long to add means "as good as never".
pub(crate) fn after(duration: Duration) -> Instant {
    later(now(), duration)
}

/// An instant this far before that one; that one where there is none.
#[cfg(feature = "queue")]
pub(crate) fn before(than: Instant, duration: Duration) -> Instant {
    than.checked_sub(duration).unwrap_or(than)
}

/// As good as never.
pub(crate) const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// An instant this far after that one; a duration too long to add means "as good as never".
pub(crate) fn later(than: Instant, duration: Duration) -> Instant {
    if duration.is_zero() {
        return than;
    }
    than.checked_add(duration).unwrap_or_else(|| than + FAR)
}
