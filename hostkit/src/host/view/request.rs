//! The request to stop the host: raised once, by the first cause.

use std::fmt;
use std::sync::OnceLock;

use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use crate::time::clock;

/// What made the host stop.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopCause {
    /// A signal of the operating system: its name and number.
    Signal(&'static str, i32),
    /// [`HostHandle::stop`](crate::HostHandle::stop), or [`RunningHost::stop`](crate::builder::RunningHost::stop).
    Requested,
    /// A service failed, and its policy stops the host.
    Failed(String),
    /// A service finished, and its policy stops the host.
    Finished(String),
    /// No live work was left: every service had returned and no task ran.
    NoWorkLeft,
    /// The start failed; what failed, and how.
    StartFailed(String, String),
    /// The running host was dropped.
    Dropped,
}

impl fmt::Display for StopCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StopCause::Signal(name, _) => f.write_str(name),
            StopCause::Requested => f.write_str("a request"),
            StopCause::Failed(service) => write!(f, "the failure of `{service}`"),
            StopCause::Finished(service) => write!(f, "the end of `{service}`"),
            StopCause::NoWorkLeft => f.write_str("the end of all work"),
            StopCause::StartFailed(what, _) => write!(f, "the failed start of `{what}`"),
            StopCause::Dropped => f.write_str("being dropped"),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct StopRequest {
    token: CancellationToken,
    first: OnceLock<(StopCause, std::time::Instant)>,
}

impl StopRequest {
    /// Asks for a stop; says whether this was the first to ask.
    pub(crate) fn raise(&self, cause: StopCause) -> bool {
        let first = self.first.set((cause, clock::real_now())).is_ok();
        self.token.cancel();
        first
    }

    pub(crate) fn raised(&self) -> WaitForCancellationFuture<'_> {
        self.token.cancelled()
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.token.is_cancelled()
    }

    pub(crate) fn cause(&self) -> Option<&StopCause> {
        self.first.get().map(|(cause, _)| cause)
    }

    /// In real time: the watch thread counts from here.
    pub(crate) fn at(&self) -> Option<std::time::Instant> {
        self.first.get().map(|(_, at)| *at)
    }
}
