//! The last runs of a timer, in as little room as they need: there may be many timers, and most runs are never looked at.
//!
//! Whoever fires the timer writes, one at a time, and anybody reads meanwhile, without a lock: who reads looks afterwards which
//! rows may have been written anew.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering, fence};
use std::time::{Duration, SystemTime};

use super::history::{RunOutcome, RunReport};
use crate::clock::{nanos, signed_nanos};
use crate::due::{Cause, Due};

/// How many runs are remembered.
pub(super) const REMEMBERED: u64 = 20;

/// A few more, so that the one written next is none of those.
const ROWS: u64 = REMEMBERED + 4;

#[derive(Debug, Default)]
pub(super) struct Runs {
    ended: AtomicU64,
    /// The run that ended as number `n` is at `n % ROWS`. A timer that never ran has none.
    rows: OnceLock<Box<[Row; ROWS as usize]>>,
}

/// Half a cache line: to remember a run touches one.
#[derive(Debug, Default)]
#[repr(align(32))]
struct Row {
    /// Nanoseconds from 1970 on.
    due: AtomicI64,
    late: AtomicU64,
    took: AtomicU64,
    /// The cause and the outcome, by their places below.
    how: AtomicU64,
}

const CAUSES: [Cause; 3] = [Cause::Schedule, Cause::Manual, Cause::CatchUp];
const OUTCOMES: [RunOutcome; 3] = [RunOutcome::Done, RunOutcome::Failed, RunOutcome::Cancelled];

impl Runs {
    /// The number that the next run to end will have.
    pub(super) fn ended(&self) -> u64 {
        self.ended.load(Ordering::Acquire)
    }

    /// One at a time.
    pub(super) fn keep(&self, due: &Due, late: Duration, took: Duration, outcome: RunOutcome) {
        let number = self.ended.load(Ordering::Relaxed);
        let rows = self.rows.get_or_init(Box::default);
        fence(Ordering::Release); // who sees anything of what follows sees all those that have ended, too
        rows[(number % ROWS) as usize].write(due, nanos(late), nanos(took), outcome);
        self.ended.store(number + 1, Ordering::Release);
    }

    /// The oldest first, with their numbers.
    pub(super) fn reports(&self) -> Vec<(u64, RunReport)> {
        let (Some(rows), ended) = (self.rows.get(), self.ended()) else { return Vec::new() };
        let numbers = ended.saturating_sub(REMEMBERED)..ended;
        let mut reports: Vec<_> =
            numbers.map(|number| (number, rows[(number % ROWS) as usize].read())).collect();
        fence(Ordering::Acquire);
        let now = self.ended.load(Ordering::Relaxed);
        reports.retain(|(number, _)| number + ROWS > now);
        reports
    }

    /// Reads where the next one will be written, which draws it near.
    pub(super) fn touch(&self) {
        let next = self.ended.load(Ordering::Relaxed) % ROWS;
        std::hint::black_box(self.rows.get().map(|rows| rows[next as usize].due.load(Ordering::Relaxed)));
    }
}

impl Row {
    fn write(&self, due: &Due, late: u64, took: u64, outcome: RunOutcome) {
        let how = due.cause as u64 * OUTCOMES.len() as u64 + outcome as u64;
        self.due.store(since_1970(due.due), Ordering::Relaxed);
        self.late.store(late, Ordering::Relaxed);
        self.took.store(took, Ordering::Relaxed);
        self.how.store(how, Ordering::Relaxed);
    }

    fn read(&self) -> RunReport {
        let due = wall(self.due.load(Ordering::Relaxed));
        let late = Duration::from_nanos(self.late.load(Ordering::Relaxed));
        let how = self.how.load(Ordering::Relaxed) as usize;
        RunReport {
            due,
            started: due.checked_add(late).unwrap_or(due),
            took: Duration::from_nanos(self.took.load(Ordering::Relaxed)),
            cause: CAUSES[how / OUTCOMES.len()],
            outcome: OUTCOMES[how % OUTCOMES.len()],
            error: None,
        }
    }
}

fn since_1970(wall: SystemTime) -> i64 {
    match wall.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => signed_nanos(after),
        Err(before) => -signed_nanos(before.duration()),
    }
}

fn wall(since_1970: i64) -> SystemTime {
    let (zero, distance) = (SystemTime::UNIX_EPOCH, Duration::from_nanos(since_1970.unsigned_abs()));
    let wall = if since_1970 < 0 { zero.checked_sub(distance) } else { zero.checked_add(distance) };
    wall.unwrap_or(zero)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(number: u64) -> Due {
        let due = match number {
            0..40 => SystemTime::UNIX_EPOCH + Duration::new(1_000_000 + number, 7),
            _ => SystemTime::UNIX_EPOCH - Duration::from_nanos(1), // the clock was set back
        };
        Due { due, number, missed: 0, cause: CAUSES[(number % 3) as usize] }
    }

    #[test]
    fn the_last_are_kept_to_the_nanosecond() {
        let runs = Runs::default();
        assert!(runs.reports().is_empty());
        for number in 0..=40 {
            let outcome = OUTCOMES[(number / 3 % 3) as usize];
            runs.keep(&due(number), Duration::from_nanos(3), Duration::from_nanos(number), outcome);
        }
        let reports = runs.reports();
        assert_eq!(
            reports.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
            (21..=40).collect::<Vec<_>>()
        );
        for (number, report) in reports {
            let expected = due(number);
            assert_eq!((report.due, report.cause), (expected.due, expected.cause));
            assert_eq!(report.started, expected.due + Duration::from_nanos(3));
            assert_eq!(report.took, Duration::from_nanos(number));
            assert_eq!(report.outcome, OUTCOMES[(number / 3 % 3) as usize]);
        }
        assert_eq!(size_of::<Row>(), 32);
    }

    /// Each row has its number in all its places; who reads while they are written finds none that is half of another.
    #[test]
    fn no_row_is_torn() {
        const ROUNDS: u64 = 200_000;
        let runs = Runs::default();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for number in 0..ROUNDS {
                    let wall = SystemTime::UNIX_EPOCH + Duration::from_nanos(number);
                    let due = Due { due: wall, number, missed: 0, cause: Cause::Schedule };
                    let same = Duration::from_nanos(number);
                    runs.keep(&due, same, same, RunOutcome::Done);
                }
            });
            while runs.ended() < ROUNDS {
                for (number, report) in runs.reports() {
                    let same = Duration::from_nanos(number);
                    let due = report.due.duration_since(SystemTime::UNIX_EPOCH).unwrap();
                    let late = report.started.duration_since(report.due).unwrap();
                    assert_eq!((due, late, report.took), (same, same, same));
                }
            }
        });
    }
}
