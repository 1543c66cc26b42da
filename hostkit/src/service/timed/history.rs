//! What is known of a timer: its last runs, what it skipped and missed, and what it was told.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::counts::Counts;
use super::expected::{Expected, Overdue};
use super::runs::{REMEMBERED, Runs};
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

/// What each firing touches comes first, and is one cache line.
#[derive(Debug, Default)]
#[repr(C, align(64))]
pub(crate) struct History {
    expected: Expected,
    begun: AtomicU64,
    runs: Runs,
    paused: AtomicBool,
    /// What most timers never need.
    rare: Mutex<Option<Box<Rare>>>,
}

#[derive(Debug, Default)]
struct Rare {
    counts: Counts,
    paused: Option<String>,
    /// Of the last runs that failed, with their numbers.
    errors: VecDeque<(u64, Failure)>,
}

impl History {
    /// One at a time.
    pub(super) fn ran(
        &self,
        due: &Due,
        late: Duration,
        took: Duration,
        outcome: RunOutcome,
        error: Option<Failure>,
    ) {
        if let Some(error) = error {
            let number = self.runs.ended();
            self.rare(|rare| {
                rare.errors.retain(|(before, _)| before + REMEMBERED > number);
                rare.errors.push_back((number, error));
            });
        }
        self.runs.keep(due, late, took, outcome);
    }

    fn known<T: Default>(&self, of: impl FnOnce(&Rare) -> T) -> T {
        locked(&self.rare).as_deref().map(of).unwrap_or_default()
    }

    fn rare<T>(&self, with: impl FnOnce(&mut Rare) -> T) -> T {
        with(locked(&self.rare).get_or_insert_default())
    }

    /// Another run begins: its number, from 1.
    pub(super) fn begin(&self) -> u64 {
        let number = self.begun() + 1;
        self.begun.store(number, Ordering::Relaxed); // one at a time fires a timer
        number
    }

    pub(crate) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    pub(super) fn count(&self, count: impl FnOnce(&mut Counts)) {
        self.rare(|rare| count(&mut rare.counts));
    }

    /// The next due time and its tolerance, known to the watch.
    pub(crate) fn expects(&self, next: Option<(At, Duration)>) {
        self.expected.set(next);
    }

    /// Reads a little of what each run writes, which draws it near.
    pub(crate) fn touch(&self) {
        std::hint::black_box(self.begun());
    }

    /// And of what lies apart.
    pub(super) fn touch_far(&self) {
        self.runs.touch();
    }

    pub(crate) fn pause(&self, reason: Option<String>) {
        self.rare(|rare| {
            self.paused.store(reason.is_some(), Ordering::Release);
            rare.paused = reason;
        });
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    pub(crate) fn paused(&self) -> Option<String> {
        self.known(|rare| rare.paused.clone())
    }

    pub(crate) fn next(&self) -> Option<At> {
        self.expected.next()
    }

    pub(crate) fn runs(&self) -> Vec<RunReport> {
        let error = |of| self.known(|rare| rare.error(of));
        let reports = self.runs.reports().into_iter();
        reports.map(|(number, report)| RunReport { error: error(number), ..report }).collect()
    }

    pub(crate) fn counts(&self) -> Counts {
        self.known(|rare| rare.counts)
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

impl Rare {
    fn error(&self, of: u64) -> Option<Failure> {
        self.errors.iter().find(|(number, _)| *number == of).map(|(_, error)| error.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_kept_as_long_as_their_runs() {
        let history = History::default();
        for number in 0..=40 {
            let due = Due { due: SystemTime::UNIX_EPOCH, number, missed: 0, cause: Cause::Schedule };
            let error = (number % 3 == 0).then(|| Failure::said(format!("{number}")));
            history.ran(&due, Duration::ZERO, Duration::ZERO, RunOutcome::Done, error);
        }
        let runs = history.runs();
        let errors: Vec<_> = runs.iter().map(|run| run.error.as_deref().map(str::to_owned)).collect();
        let expected = (21..=40).map(|number: u64| number.is_multiple_of(3).then(|| number.to_string()));
        assert_eq!(errors, expected.collect::<Vec<_>>());
        assert_eq!(history.rare(|rare| rare.errors.len()), 7);
    }
}
