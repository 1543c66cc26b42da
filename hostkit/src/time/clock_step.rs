//! Steps of the wall clock: it was set, or the machine slept, while the monotonic clock stood still or went on as always.

use std::time::{Duration, SystemTime};

use super::clock;

/// What is shorter is drift, or lies between two readings.
const SHORTEST: Duration = Duration::from_millis(100);

/// Compares both clocks of the machine, each time it is asked, with how they were the time before.
#[derive(Debug)]
pub(crate) struct StepDetector {
    seen: Option<(std::time::Instant, SystemTime)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClockStep {
    Ahead(Duration),
    Back(Duration),
}

impl ClockStep {
    pub(crate) fn size(self) -> Duration {
        match self {
            ClockStep::Ahead(by) | ClockStep::Back(by) => by,
        }
    }
}

impl StepDetector {
    pub(crate) fn new() -> Self {
        StepDetector { seen: clock::real_clocks() }
    }

    /// The step since the last look, if there was one.
    pub(crate) fn look(&mut self) -> Option<ClockStep> {
        self.compare(clock::real_clocks()?)
    }

    fn compare(&mut self, now: (std::time::Instant, SystemTime)) -> Option<ClockStep> {
        let (instant, wall) = self.seen.replace(now)?;
        let expected = wall.checked_add(now.0.saturating_duration_since(instant))?;
        let step = match now.1.duration_since(expected) {
            Ok(ahead) => ClockStep::Ahead(ahead),
            Err(back) => ClockStep::Back(back.duration()),
        };
        (step.size() >= SHORTEST).then_some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_what_the_wall_clock_does_alone() {
        let (instant, wall) = (clock::real_now(), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000));
        let at = |mono: u64, shown: u64| {
            (instant + Duration::from_millis(mono), wall + Duration::from_millis(shown))
        };
        let mut detector = StepDetector { seen: Some(at(0, 0)) };
        assert_eq!(detector.compare(at(100, 100)), None);
        assert_eq!(detector.compare(at(100_000, 100_050)), None, "drift");
        assert_eq!(
            detector.compare(at(100_100, 3_700_150)),
            Some(ClockStep::Ahead(Duration::from_secs(3_600)))
        );
        assert_eq!(detector.compare(at(100_200, 3_700_250)), None, "once");
        assert_eq!(detector.compare(at(100_300, 3_699_350)), Some(ClockStep::Back(Duration::from_secs(1))));
    }
}
