//! What is known of a timer: its last runs, what it skipped and missed, and when it is due next. The timer writes it; handles and the
//! watch read it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use crate::outcome::failure::Failure;
use crate::sync::lock::lock_unpoisoned;
use crate::time::clock::Instant;
use crate::time::tick_info::{Cause, TickInfo};

/// How many runs are remembered.
const REMEMBERED: usize = 20;

/// One run of a timed service, as it is remembered.
#[derive(Debug, Clone)]
#[non_exhaustive]
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

/// What is counted of a timer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Runs that were still going when the next due time came, whatever the overlap policy made of it.
    pub(crate) overruns: u64,
    /// Due times that did not run, because the run before was still going.
    pub(crate) overlapped: u64,
    /// Due times that did not run, because the timer was paused.
    pub(crate) paused: u64,
    /// Due times that passed while the process could not run.
    pub(crate) missed: u64,
    /// Runs that began late.
    pub(crate) late: u64,
    /// Due times at which nothing happened.
    pub(crate) overdue: u64,
}

impl Counts {
    pub(crate) fn skipped(&self) -> u64 {
        self.overlapped + self.paused
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Counts::default()
    }
}

impl fmt::Display for Counts {
    /// `3 overruns, 4 skipped (the run before was still going), 1 skipped (paused), 2 missed, 1 late, 1 overdue`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let overruns = if self.overruns == 1 { "overrun" } else { "overruns" };
        let parts = [
            (self.overruns, overruns),
            (self.overlapped, "skipped (the run before was still going)"),
            (self.paused, "skipped (paused)"),
            (self.missed, "missed"),
            (self.late, "late"),
            (self.overdue, "overdue"),
        ];
        let mut between = "";
        for (count, what) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{between}{count} {what}")?;
            between = ", ";
        }
        Ok(())
    }
}

/// How a due time stands to its tolerance.
pub(crate) enum Overdue {
    /// It is overdue, this long after it was due.
    Since(Duration),
    /// It would be, this long from now.
    In(Duration),
}

#[derive(Debug, Default)]
pub(crate) struct History(Mutex<KnownRuns>);

#[derive(Debug, Default)]
struct KnownRuns {
    /// How many runs have begun.
    begun: u64,
    /// The next due time, and how late it may be before it is overdue.
    next: Option<(Instant, Duration)>,
    /// The last runs that ended, the oldest first.
    runs: VecDeque<RunReport>,
    counts: Counts,
    /// Why it is paused.
    paused: Option<String>,
    /// The due time that was last reported as overdue.
    overdue: Option<Instant>,
}

impl History {
    /// Another run begins. Returns its number, from 1.
    pub(super) fn begin(&self) -> u64 {
        let mut known = lock_unpoisoned(&self.0);
        known.begun += 1;
        known.begun
    }

    pub(crate) fn begun(&self) -> u64 {
        lock_unpoisoned(&self.0).begun
    }

    /// A run has ended.
    pub(super) fn ran(
        &self,
        due: &TickInfo,
        late: Duration,
        took: Duration,
        outcome: RunOutcome,
        error: Option<Failure>,
    ) {
        let started = due.due.checked_add(late).unwrap_or(due.due);
        let run = RunReport { due: due.due, started, took, cause: due.cause, outcome, error };
        let runs = &mut lock_unpoisoned(&self.0).runs;
        if runs.len() == REMEMBERED {
            runs.pop_front();
        }
        if runs.is_empty() {
            runs.reserve_exact(REMEMBERED);
        }
        runs.push_back(run);
    }

    pub(super) fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(&mut lock_unpoisoned(&self.0).counts);
    }

    /// Sets the next due time and its tolerance.
    pub(crate) fn expect(&self, next: Option<(Instant, Duration)>) {
        lock_unpoisoned(&self.0).next = next;
    }

    pub(crate) fn pause(&self, reason: Option<String>) {
        lock_unpoisoned(&self.0).paused = reason;
    }

    pub(crate) fn paused(&self) -> Option<String> {
        lock_unpoisoned(&self.0).paused.clone()
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        lock_unpoisoned(&self.0).next.map(|(next, _)| next)
    }

    pub(crate) fn runs(&self) -> Vec<RunReport> {
        lock_unpoisoned(&self.0).runs.iter().cloned().collect()
    }

    pub(crate) fn counts(&self) -> Counts {
        lock_unpoisoned(&self.0).counts
    }

    /// Whether the watch found that nothing happened at a due time, and nothing has happened since.
    pub(crate) fn is_overdue(&self) -> bool {
        let known = lock_unpoisoned(&self.0);
        let next = known.next.map(|(next, _)| next);
        known.paused.is_none() && next.is_some() && known.overdue == next
    }

    /// How late the next due time is, once for each that is later than its tolerance; else how long until that.
    pub(crate) fn overdue(&self, now: Instant) -> Option<Overdue> {
        let mut known = lock_unpoisoned(&self.0);
        let (due, tolerance) = known.next.filter(|_| known.paused.is_none())?;
        let late = now.saturating_duration_since(due);
        if late <= tolerance {
            return Some(Overdue::In(due.saturating_duration_since(now).saturating_add(tolerance - late)));
        }
        if known.overdue.replace(due) == Some(due) {
            return None;
        }
        known.counts.overdue += 1;
        Some(Overdue::Since(late))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_runs_are_kept_with_their_errors() {
        let history = History::default();
        for number in 0..=40_u64 {
            let due = SystemTime::UNIX_EPOCH + Duration::from_secs(number);
            let due = TickInfo { due, number, missed: 0, cause: Cause::Schedule };
            let error = number.is_multiple_of(3).then(|| Failure::said(number.to_string()));
            history.ran(&due, Duration::from_secs(1), Duration::ZERO, RunOutcome::Done, error);
        }
        let runs = history.runs();
        let expected = (21..=40_u64).map(|number| {
            let due = SystemTime::UNIX_EPOCH + Duration::from_secs(number);
            (due, due + Duration::from_secs(1), number.is_multiple_of(3).then(|| number.to_string()))
        });
        let kept = runs.iter().map(|run| (run.due, run.started, run.error.as_deref().map(str::to_owned)));
        assert_eq!(kept.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }

    #[test]
    fn only_what_was_counted_is_told() {
        assert_eq!(Counts::default().to_string(), "");
        let counts = Counts { overruns: 1, overlapped: 2, paused: 3, overdue: 4, ..Counts::default() };
        assert_eq!(
            counts.to_string(),
            "1 overrun, 2 skipped (the run before was still going), 3 skipped (paused), 4 overdue"
        );
        assert_eq!(counts.skipped(), 5);
    }
}
