//! An instant that is past in, what the wall clock showed then out: the steps that it has made since are taken back.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use super::clock::{self, Instant, WallClock};
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
}

/// Looks for a step. To be called often: what happens between a step and the next look is taken for older than the step.
pub(crate) fn look() {
    lock_unpoisoned(&STEPS).get_or_insert_with(Steps::new).look();
}

/// What this wall clock showed at an instant that is past.
pub(crate) fn shown_at(wall: WallClock, instant: Instant) -> SystemTime {
    let ago = clock::now().saturating_duration_since(instant);
    let shown = if wall.drifts() { shown_before(ago) } else { wall.now().checked_sub(ago) };
    shown.unwrap_or(SystemTime::UNIX_EPOCH)
}

fn shown_before(ago: Duration) -> Option<SystemTime> {
    let mut steps = lock_unpoisoned(&STEPS);
    let steps = steps.get_or_insert_with(Steps::new);
    steps.look();
    let then = clock::real_now().checked_sub(ago);
    let since = steps.noticed.iter().rev().take_while(|(noticed, _)| then.is_none_or(|then| *noticed > then));
    unstepped(WallClock::default().now(), since.map(|(_, step)| *step))?.checked_sub(ago)
}

/// The time without these steps.
fn unstepped(wall: SystemTime, mut steps: impl Iterator<Item = ClockStep>) -> Option<SystemTime> {
    steps.try_fold(wall, |wall, step| match step {
        ClockStep::Ahead(by) => wall.checked_sub(by),
        ClockStep::Back(by) => wall.checked_add(by),
    })
}

impl Steps {
    fn new() -> Self {
        Steps { detector: StepDetector::new(), noticed: Vec::new() }
    }

    fn look(&mut self) {
        if let Some(step) = self.detector.look() {
            if self.noticed.len() == REMEMBERED {
                self.noticed.remove(0);
            }
            self.noticed.push((clock::real_now(), step));
        }
    }
}

#[cfg(test)]
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
