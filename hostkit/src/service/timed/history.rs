//! What is known of a timer: its last runs, what it skipped and missed, and when it is due next. The timer writes it; handles and the
//! watch read it.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use super::counts::Counts;
use crate::outcome::failure::Failure;
use crate::sync::lock::lock_unpoisoned;
use crate::time::clock::{Instant, nanos};
use crate::time::tick_info::{Cause, TickInfo};

/// How many runs are remembered.
const REMEMBERED: usize = 20;

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
    runs: VecDeque<PastRun>,
    counts: Counts,
    /// Why it is paused.
    paused: Option<String>,
    /// The due time that was last reported as overdue.
    overdue: Option<Instant>,
}

/// A [`RunReport`] in less room: there may be many timers.
#[derive(Debug)]
struct PastRun {
    due: SystemTime,
    late_ns: u64,
    took_ns: u64,
    cause: Cause,
    outcome: RunOutcome,
    error: Option<Box<Failure>>,
}

impl PastRun {
    fn report(&self) -> RunReport {
        RunReport {
            due: self.due,
            started: self.due.checked_add(Duration::from_nanos(self.late_ns)).unwrap_or(self.due),
            took: Duration::from_nanos(self.took_ns),
            cause: self.cause,
            outcome: self.outcome,
            error: self.error.as_deref().cloned(),
        }
    }
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
        let (due, cause, error) = (due.due, due.cause, error.map(Box::new));
        let run = PastRun { due, late_ns: nanos(late), took_ns: nanos(took), cause, outcome, error };
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
        lock_unpoisoned(&self.0).runs.iter().map(PastRun::report).collect()
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
}
