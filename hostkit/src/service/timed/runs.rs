//! The last runs of a timer, in as little room as they need: there may be many timers, and most runs are never looked at.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use super::history::{RunOutcome, RunReport};
use crate::clock::nanos;
use crate::due::{Cause, Due};
use crate::failure::Failure;

/// How many runs are remembered.
const REMEMBERED: u64 = 20;

#[derive(Debug)]
pub(super) struct Runs {
    /// The first due time: wall times are kept as nanoseconds from it.
    from: SystemTime,
    ended: u64,
    /// The run that ended as number `n` is at `n % REMEMBERED`.
    kept: Option<Box<[Kept; REMEMBERED as usize]>>,
    /// By that number. There are none of most, so they lie apart.
    #[allow(clippy::box_collection, reason = "a firing touches what lies beside it")]
    errors: Option<Box<VecDeque<(u64, Failure)>>>,
}

/// Half a cache line: to remember a run touches one.
#[derive(Debug, Clone, Copy)]
struct Kept {
    due: i64,
    late: u64,
    took: u64,
    cause: Cause,
    outcome: RunOutcome,
}

impl Default for Runs {
    fn default() -> Self {
        Runs { from: SystemTime::UNIX_EPOCH, ended: 0, kept: None, errors: None }
    }
}

impl Runs {
    pub(super) fn keep(
        &mut self,
        due: &Due,
        late: Duration,
        took: Duration,
        outcome: RunOutcome,
        error: Option<Failure>,
    ) {
        if self.ended == 0 {
            self.from = due.due;
        }
        let kept = Kept {
            due: self.since(due.due),
            late: nanos(late),
            took: nanos(took),
            cause: due.cause,
            outcome,
        };
        let rows = self.kept.get_or_insert_with(|| Box::new([kept; REMEMBERED as usize]));
        rows[(self.ended % REMEMBERED) as usize] = kept;
        if let Some(error) = error {
            self.errors.get_or_insert_default().push_back((self.ended, error));
        }
        self.ended += 1;
        let Some(errors) = &mut self.errors else { return };
        while errors.front().is_some_and(|(number, _)| number + REMEMBERED < self.ended) {
            errors.pop_front();
        }
    }

    /// The oldest first.
    pub(super) fn reports(&self) -> Vec<RunReport> {
        (self.ended.saturating_sub(REMEMBERED)..self.ended).filter_map(|number| self.report(number)).collect()
    }

    fn report(&self, number: u64) -> Option<RunReport> {
        let kept = self.kept.as_ref()?[(number % REMEMBERED) as usize];
        let due = self.wall(kept.due);
        let mut errors = self.errors.iter().flat_map(|errors| errors.iter());
        let error = errors.find(|(of, _)| *of == number).map(|(_, error)| error.clone());
        Some(RunReport {
            due,
            started: due.checked_add(Duration::from_nanos(kept.late)).unwrap_or(due),
            took: Duration::from_nanos(kept.took),
            cause: kept.cause,
            outcome: kept.outcome,
            error,
        })
    }

    fn since(&self, wall: SystemTime) -> i64 {
        let nanos = |duration: Duration| i64::try_from(nanos(duration)).unwrap_or(i64::MAX);
        match wall.duration_since(self.from) {
            Ok(after) => nanos(after),
            Err(before) => -nanos(before.duration()),
        }
    }

    fn wall(&self, nanos: i64) -> SystemTime {
        let (from, distance) = (self.from, Duration::from_nanos(nanos.unsigned_abs()));
        let wall = if nanos < 0 { from.checked_sub(distance) } else { from.checked_add(distance) };
        wall.unwrap_or(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_are_kept_with_their_errors_and_to_the_nanosecond() {
        let (mut runs, begun) = (Runs::default(), SystemTime::UNIX_EPOCH + Duration::new(1_000_000, 7));
        let at = |number: u64| match number {
            40 => SystemTime::UNIX_EPOCH, // the clock was set back
            _ => begun + Duration::from_nanos(number * 1_000_000_001),
        };
        for number in 0..=40 {
            let due = Due { due: at(number), number, missed: 0, cause: Cause::Schedule };
            let error = number.is_multiple_of(3).then(|| Failure::said(format!("{number}")));
            let outcome = if error.is_some() { RunOutcome::Failed } else { RunOutcome::Done };
            runs.keep(&due, Duration::from_nanos(3), Duration::from_nanos(number), outcome, error);
        }
        let reports = runs.reports();
        assert_eq!(reports.len(), 20);
        for (number, report) in (21..).zip(&reports) {
            assert_eq!((report.due, report.started), (at(number), at(number) + Duration::from_nanos(3)));
            assert_eq!(report.took, Duration::from_nanos(number));
            let error = number.is_multiple_of(3).then(|| number.to_string());
            assert_eq!(report.error.as_deref(), error.as_deref());
        }
        assert_eq!(runs.errors.map(|errors| errors.len()), Some(7));
        assert_eq!(size_of::<Kept>(), 32);
    }
}
