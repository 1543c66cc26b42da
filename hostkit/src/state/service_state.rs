//! Where a service is in its life.

use std::fmt;

use crate::outcome::result::Ending;

/// Where a service is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// It waits for its turn to start.
    Waiting,
    /// It is starting: it runs, but has not said that it is ready.
    Starting,
    /// It runs.
    Running,
    /// It runs, but was told to pause: a timer that does not fire.
    Paused,
    /// It failed, and waits to be started again.
    Restarting,
    /// It was told to stop and has not yet.
    Stopping,
    /// It has ended.
    Ended(Ending),
}

impl State {
    /// The ending of a service that has ended.
    pub fn ending(self) -> Option<Ending> {
        match self {
            State::Ended(ending) => Some(ending),
            _ => None,
        }
    }

    /// The word for it, as the log and every view write it.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Starting => "starting",
            State::Running => "running",
            State::Paused => "paused",
            State::Restarting => "restarting",
            State::Stopping => "stopping",
            State::Ended(ending) => ending.as_str(),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
