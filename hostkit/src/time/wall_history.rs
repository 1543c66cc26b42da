//! The steps that the machine's wall clock has made. They are noticed once for the process: watchdogs read them, each at its own pace,
//! and what the wall clock showed at an instant that is past is computed by taking them back.

use std::sync::Mutex;
#[cfg(feature = "queue")]
use std::time::{Duration, SystemTime};

use super::clock;
#[cfg(feature = "queue")]
use super::clock::{Instant, WallClock};
use super::clock_step::{ClockStep, StepDetector};
use crate::sync::lock::lock_unpoisoned;

/// At most this many steps are remembered, the last ones.
const REMEMBERED: usize = 1024;

/// The steps that the machine's wall clock has made since the first host of this process ran.
static STEPS: Mutex<Option<Steps>> = Mutex::new(None);

struct Steps {
    detector: StepDetector,
    /// When each was noticed, the first one first.
    noticed: Vec<(std::time::Instant, ClockStep)>,
    /// How many were noticed in all.
    count: usize,
}

/// How many steps have been noticed so far.
pub(crate) fn step_count() -> usize {
    lock_unpoisoned(&STEPS).get_or_insert_with(Steps::new).count
}

/// Looks for a step, and returns the first one that the caller has not seen. To be called often: what happens between a step and the
/// next look is taken for older than the step. `seen`: how many steps the caller has seen.
pub(crate) fn next_step(seen: &mut usize) -> Option<ClockStep> {
    let mut steps = lock_unpoisoned(&STEPS);
    let steps = steps.get_or_insert_with(Steps::new);
    steps.look();
    let forgotten = steps.count - steps.noticed.len();
    let next = (*seen).max(forgotten);
    let (_, step) = steps.noticed.get(next - forgotten)?;
    *seen = next + 1;
    Some(*step)
}

/// What this wall clock showed at an instant that is past.
#[cfg(feature = "queue")]
pub(crate) fn shown_at(wall: WallClock, instant: Instant) -> SystemTime {
    let ago = clock::now().saturating_duration_since(instant);
    let shown = if wall.drifts() { shown_before(ago) } else { wall.now().checked_sub(ago) };
    shown.unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(feature = "queue")]
fn shown_before(ago: Duration) -> Option<SystemTime> {
    let mut steps = lock_unpoisoned(&STEPS);
    let steps = steps.get_or_insert_with(Steps::new);
    steps.look();
    let then = clock::real_now().checked_sub(ago);
    let since = steps.noticed.iter().rev().take_while(|(noticed, _)| then.is_none_or(|then| *noticed > then));
    unstepped(WallClock::default().now(), since.map(|(_, step)| *step))?.checked_sub(ago)
}

/// The time without these steps.
#[cfg(feature = "queue")]
fn unstepped(wall: SystemTime, mut steps: impl Iterator<Item = ClockStep>) -> Option<SystemTime> {
    steps.try_fold(wall, |wall, step| match step {
        ClockStep::Ahead(by) => wall.checked_sub(by),
        ClockStep::Back(by) => wall.checked_add(by),
    })
}

impl Steps {
    fn new() -> Self {
        Steps { detector: StepDetector::new(), noticed: Vec::new(), count: 0 }
    }

    fn look(&mut self) {
        if let Some(step) = self.detector.look() {
            if self.noticed.len() == REMEMBERED {
                self.noticed.remove(0);
            }
            self.noticed.push((clock::real_now(), step));
            self.count += 1;
        }
    }
}

#[cfg(all(test, feature = "queue"))]
mod tests {
    use super::*;

    #[test]
    fn steps_are_taken_back_in_both_directions() {
        let (hour, second) = (Duration::from_secs(3_600), Duration::from_secs(1));
        let wall = SystemTime::UNIX_EPOCH + 10 * hour;
        let without = |steps: &[ClockStep]| unstepped(wall, steps.iter().copied());
        assert_eq!(without(&[]), Some(wall));
        assert_eq!(without(&[ClockStep::Ahead(hour)]), Some(wall - hour));
        assert_eq!(without(&[ClockStep::Back(second), ClockStep::Ahead(hour)]), Some(wall - hour + second));
    }
}
