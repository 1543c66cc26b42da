//! Where a timer stands among its due times.

use std::time::{Duration, SystemTime};

use crate::time::clock::Instant;
use crate::time::clock_reading::ClockReading;

/// The due times of one timer, from the next one on.
pub(crate) trait DueTimes: Send {
    /// The next one. None while a fixed delay waits for a run to end, and where the calendar ends.
    fn next(&self) -> Option<Instant>;

    /// When to look whether anything is due: at the next due time, or before, since the wall clock may be set meanwhile.
    fn look(&self) -> Option<Instant> {
        self.next()
    }

    /// Takes every due time up to now. None if none is due.
    fn take(&mut self, now: ClockReading) -> Option<TakenDueTimes>;

    /// How late the next due time may be before it is overdue.
    fn tolerance(&self) -> Duration;

    /// How many of the due times taken met a run that ended at that instant, the last one to end.
    fn before(&self, taken: TakenDueTimes, instant: Instant) -> u64;

    /// The due times taken without the first `count`. None if these are all.
    fn without(&self, taken: TakenDueTimes, count: u64) -> Option<TakenDueTimes>;

    /// A run has ended: from here a fixed delay counts. Returns whether it is one, so that the next due time is another now.
    fn ended(&mut self, _now: Instant) -> bool {
        false
    }

    /// A run for this due time begins.
    fn ran(&mut self, _due: SystemTime) {}

    /// Whether they go by the wall clock.
    fn is_wall(&self) -> bool {
        false
    }

    /// Whether the wall clock leapt ahead over the due times that were taken last.
    fn has_leapt(&self) -> bool {
        false
    }
}

/// The due times up to now, taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TakenDueTimes {
    /// The first and the last of them, and how many they are.
    pub(crate) first: ClockReading,
    pub(crate) last: ClockReading,
    pub(crate) count: u64,
    /// How late the last of them may be and still count as in time.
    pub(crate) tolerance: Duration,
}

/// However short the time to the next one is.
pub(crate) const LEAST_TOLERANCE: Duration = Duration::from_secs(5);

/// How late a due time may be before it counts as missed, or as overdue: 5 s, or a tenth of the time to the next one.
pub(super) fn tolerance(gap: Duration) -> Duration {
    LEAST_TOLERANCE.max(gap / 10)
}

/// By the monotonic clock.
pub(super) struct SteadyDueTimes {
    span: Duration,
    /// Whether it counts from the end of a run.
    delay: bool,
    next: Option<Instant>,
}

impl SteadyDueTimes {
    pub(super) fn new(span: Duration, delay: bool, next: Instant) -> Self {
        SteadyDueTimes { span, delay, next: Some(next) }
    }
}

impl DueTimes for SteadyDueTimes {
    fn next(&self) -> Option<Instant> {
        self.next
    }

    fn take(&mut self, now: ClockReading) -> Option<TakenDueTimes> {
        let first = self.next.filter(|next| *next <= now.instant)?;
        let late = now.since(first);
        let passed = match self.delay || late < self.span {
            true => 0,
            false => saturated(late.as_nanos() / self.span.as_nanos().max(1)),
        };
        let first = now.moment(first);
        let last = if passed == 0 { first } else { first.later(times(self.span, passed)).unwrap_or(first) };
        self.next = if self.delay { None } else { last.instant.checked_add(self.span) };
        Some(TakenDueTimes { first, last, count: passed.saturating_add(1), tolerance: tolerance(self.span) })
    }

    fn tolerance(&self) -> Duration {
        tolerance(self.span)
    }

    fn before(&self, taken: TakenDueTimes, instant: Instant) -> u64 {
        let time = instant.saturating_duration_since(taken.first.instant);
        saturated(time.as_nanos().div_ceil(self.span.as_nanos().max(1))).min(taken.count)
    }

    fn without(&self, taken: TakenDueTimes, count: u64) -> Option<TakenDueTimes> {
        let left = taken.count.checked_sub(count).filter(|left| *left > 0)?;
        let first = taken.first.later(times(self.span, count))?;
        Some(TakenDueTimes { first, count: left, ..taken })
    }

    fn ended(&mut self, now: Instant) -> bool {
        if self.delay {
            self.next = now.checked_add(self.span);
        }
        self.delay
    }
}

/// Exact: a timer that is a year behind is on its grid all the same.
fn times(span: Duration, factor: u64) -> Duration {
    Duration::from_nanos(saturated(span.as_nanos().saturating_mul(factor.into())))
}

fn saturated(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Delay, Every, Schedule};
    use crate::time::clock;

    use proptest::prelude::*;

    fn line(schedule: impl Into<Schedule>) -> (Box<dyn DueTimes>, impl Fn(u64) -> ClockReading) {
        let begin = clock::now();
        let at = move |millis| ClockReading {
            instant: begin + Duration::from_millis(millis),
            wall: SystemTime::UNIX_EPOCH + Duration::from_millis(millis),
        };
        (schedule.into().rhythm().unwrap().due_times(at(0), Duration::ZERO), at)
    }

    #[test]
    fn a_late_look_takes_all_that_passed() {
        let (mut line, at) = line(Every::secs(10));
        assert_eq!(line.take(at(0)).map(|taken| taken.count), Some(1));
        assert_eq!(line.take(at(9_999)), None);
        let taken = line.take(at(35_000)).unwrap();
        assert_eq!((taken.first, taken.last, taken.count), (at(10_000), at(30_000), 3));
        assert_eq!(line.next(), Some(at(40_000).instant));
    }

    #[test]
    fn a_fixed_delay_counts_from_the_end() {
        let (mut line, at) = line(Delay::secs(10));
        assert!(line.take(at(0)).is_some());
        assert_eq!(line.next(), None);
        line.ended(at(3_000).instant);
        assert_eq!(line.next(), Some(at(13_000).instant));
    }

    proptest! {
        /// Whenever one looks, every due time is taken once, and none leaves the grid.
        #[test]
        fn nothing_is_lost_and_nothing_drifts(period in 1u64..100_000, steps in proptest::collection::vec(0u64..1_000_000, 1..50)) {
            let (mut line, at) = line(Every::millis(period));
            let (mut now, mut taken) = (0, 0);
            for step in steps {
                now += step;
                if let Some(some) = line.take(at(now)) {
                    let rest = |first| line.without(some, first);
                    prop_assert_eq!(rest(some.count), None);
                    prop_assert_eq!(rest(some.count - 1).map(|rest| rest.first), Some(some.last));
                    prop_assert_eq!(line.before(some, some.first.instant), 0);
                    prop_assert_eq!(line.before(some, some.last.instant), some.count - 1);
                    prop_assert_eq!(line.before(some, some.last.instant + Duration::from_nanos(1)), some.count);
                    taken += some.count;
                }
                prop_assert_eq!(line.next(), Some(at(taken * period).instant));
                prop_assert!(taken * period > now);
            }
        }
    }
}
