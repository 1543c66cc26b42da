//! What is known of a timer: its last runs, what it skipped and missed, and what it was told.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use super::tick::{Cause, Due};
use crate::clock::Instant;
use crate::failure::Failure;
use crate::locked::locked;

/// How many runs are remembered.
const REMEMBERED: usize = 20;

/// One run of a timed service, as it is remembered.
#[derive(Debug, Clone)]
pub struct RunReport {
    /// When it was due, and when it began, by the wall clock.
    pub due: SystemTime,
    /// When it began.
    pub started: SystemTime,
    /// How long it took.
    pub took: Duration,
    /// Why it ran.
    pub cause: Cause,
    /// How it ended.
    pub outcome: RunOutcome,
    /// Why it failed.
    pub error: Option<Failure>,
}

/// How a run of a timed service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunOutcome {
    /// Without an error.
    Done,
    /// With an error, a panic, or at its timeout.
    Failed,
    /// It was cancelled by the run after it (`overlap = "cancel"`).
    Cancelled,
}

/// What is counted of a timer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) skipped: u64,
    pub(crate) missed: u64,
    pub(crate) late: u64,
    pub(crate) overdue: u64,
}

#[derive(Debug, Default)]
pub(crate) struct History(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    runs: VecDeque<RunReport>,
    counts: Counts,
    paused: Option<String>,
    next: Option<Instant>,
    /// How late it may be before it is overdue.
    tolerance: Duration,
    told_overdue: bool,
}

impl History {
    pub(super) fn ran(
        &self,
        due: &Due,
        started: SystemTime,
        took: Duration,
        outcome: RunOutcome,
        error: Option<Failure>,
    ) {
        let mut known = locked(&self.0);
        if known.runs.len() == REMEMBERED {
            known.runs.pop_front();
        }
        known.runs.push_back(RunReport { due: due.due, started, took, cause: due.cause, outcome, error });
    }

    pub(super) fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(&mut locked(&self.0).counts);
    }

    /// The next due time and its tolerance, known to the watch.
    pub(crate) fn expects(&self, next: Option<(Instant, Duration)>) {
        let mut known = locked(&self.0);
        known.next = next.map(|(next, _)| next);
        known.tolerance = next.map_or(Duration::MAX, |(_, tolerance)| tolerance);
        known.told_overdue = false;
    }

    pub(crate) fn pause(&self, reason: Option<String>) {
        locked(&self.0).paused = reason;
    }

    pub(super) fn is_paused(&self) -> bool {
        locked(&self.0).paused.is_some()
    }

    pub(crate) fn paused(&self) -> Option<String> {
        locked(&self.0).paused.clone()
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        locked(&self.0).next
    }

    pub(crate) fn runs(&self) -> Vec<RunReport> {
        locked(&self.0).runs.iter().cloned().collect()
    }

    pub(crate) fn counts(&self) -> Counts {
        locked(&self.0).counts
    }

    /// Whether the watch found a due time at which nothing happened, and nothing has happened since.
    pub(crate) fn is_overdue(&self) -> bool {
        let known = locked(&self.0);
        known.told_overdue && known.paused.is_none()
    }

    /// How late the next due time is, told once for each that is later than the tolerance.
    pub(crate) fn overdue(&self, now: Instant) -> Option<Duration> {
        let mut known = locked(&self.0);
        let late = now.saturating_duration_since(known.next?);
        if late <= known.tolerance || known.told_overdue || known.paused.is_some() {
            return None;
        }
        known.told_overdue = true;
        known.counts.overdue += 1;
        Some(late)
    }
}
