//! What is known of a timer: its last runs, what it skipped and missed, and what it was told.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::counts::Counts;
use super::expected::{Expected, Overdue};
use super::runs::Runs;

use crate::at::At;
use crate::due::{Cause, Due};
use crate::failure::Failure;
use crate::locked::locked;

/// One run of a timed service, as it is remembered.
#[derive(Debug, Clone)]
pub struct RunReport {
    /// When it was due, by the wall clock.
    pub due: SystemTime,
    /// When it began: so long after that as the runtime's clock says.
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

#[derive(Debug, Default)]
pub(crate) struct History {
    expected: Expected,
    begun: AtomicU64,
    paused: AtomicBool,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    runs: Runs,
    /// Out of the way of what each run touches.
    rest: Box<Rest>,
}

#[derive(Debug, Default)]
struct Rest {
    counts: Counts,
    paused: Option<String>,
}

impl History {
    pub(super) fn ran(
        &self,
        due: &Due,
        late: Duration,
        took: Duration,
        outcome: RunOutcome,
        error: Option<Failure>,
    ) {
        locked(&self.known).runs.keep(due, late, took, outcome, error);
    }

    /// So many runs have begun.
    pub(super) fn began(&self, runs: u64) {
        self.begun.store(runs, Ordering::Relaxed); // one at a time fires a timer
    }

    pub(crate) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    pub(super) fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(&mut locked(&self.known).rest.counts);
    }

    /// The next due time and its tolerance, known to the watch.
    pub(crate) fn expects(&self, next: Option<(At, Duration)>) {
        self.expected.set(next);
    }

    /// Reads what each run writes, which draws it near.
    pub(super) fn touch(&self) {
        std::hint::black_box((self.begun(), self.is_paused(), self.expected.next()));
    }

    pub(crate) fn pause(&self, reason: Option<String>) {
        let mut known = locked(&self.known);
        self.paused.store(reason.is_some(), Ordering::Release);
        known.rest.paused = reason;
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    pub(crate) fn paused(&self) -> Option<String> {
        locked(&self.known).rest.paused.clone()
    }

    pub(crate) fn next(&self) -> Option<At> {
        self.expected.next()
    }

    pub(crate) fn runs(&self) -> Vec<RunReport> {
        locked(&self.known).runs.reports()
    }

    pub(crate) fn counts(&self) -> Counts {
        locked(&self.known).rest.counts
    }

    /// Whether the watch found a due time at which nothing happened, and nothing has happened since.
    pub(crate) fn is_overdue(&self) -> bool {
        self.expected.is_overdue() && !self.is_paused()
    }

    /// How late the next due time is, told once for each that is later than the tolerance; else how long until that.
    pub(crate) fn overdue(&self, now: At) -> Option<Overdue> {
        if self.is_paused() {
            return None;
        }
        let overdue = self.expected.overdue(now)?;
        if let Overdue::Since(_) = overdue {
            self.count(|counts| counts.overdue += 1);
        }
        Some(overdue)
    }
}
