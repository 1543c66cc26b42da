//! Where a timer stands on its line of due times.

use std::time::{Duration, SystemTime};

#[cfg(feature = "cron")]
use super::wall_due_times::WallDueTimes;
use super::{Rhythm, tolerance};
use crate::time::clock::{Instant, later};
use crate::time::clock_reading::ClockReading;

/// The due times of one timer, from the next one on.
#[derive(Debug)]
pub(crate) enum DueTimes {
    /// By the monotonic clock.
    Steady(SteadyDueTimes),
    /// By the wall clock.
    #[cfg(feature = "cron")]
    Wall(Box<WallDueTimes>),
}

/// The due times up to now, taken off the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TakenDueTimes {
    /// The first and the last of them, and how many they are.
    pub(crate) first: ClockReading,
    pub(crate) last: ClockReading,
    pub(crate) count: u64,
    /// How late the last of them may be and still count as in time.
    pub(crate) tolerance: Duration,
}

#[derive(Debug)]
pub(crate) struct SteadyDueTimes {
    span: Duration,
    /// Whether it counts from the end of a run.
    delay: bool,
    /// Nothing while a fixed delay waits for a run to end.
    next: Option<Instant>,
}

impl DueTimes {
    /// A fixed rate and a fixed delay begin after `first`; the wall clock's dates and times do not wait for it.
    pub(crate) fn begin(rhythm: Rhythm, now: ClockReading, first: Duration) -> Self {
        let next = Some(later(now.instant, first));
        match rhythm {
            Rhythm::Every(span) => DueTimes::Steady(SteadyDueTimes { span, delay: false, next }),
            Rhythm::Delay(span) => DueTimes::Steady(SteadyDueTimes { span, delay: true, next }),
            #[cfg(feature = "cron")]
            Rhythm::Cron(times) => DueTimes::Wall(Box::new(WallDueTimes::begin(*times, now))),
        }
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        match self {
            DueTimes::Steady(steady) => steady.next,
            #[cfg(feature = "cron")]
            DueTimes::Wall(wall) => wall.next(),
        }
    }

    /// When to look whether anything is due: at the next due time, or before, since the wall clock may be set meanwhile.
    pub(crate) fn look(&self) -> Option<Instant> {
        match self {
            DueTimes::Steady(steady) => steady.next,
            #[cfg(feature = "cron")]
            DueTimes::Wall(wall) => Some(wall.look()),
        }
    }

    /// Takes every due time up to now off the line; nothing if none is due.
    pub(crate) fn take(&mut self, now: ClockReading) -> Option<TakenDueTimes> {
        match self {
            DueTimes::Steady(steady) => steady.take(now),
            #[cfg(feature = "cron")]
            DueTimes::Wall(wall) => wall.take(now),
        }
    }

    /// A run has ended: from here a fixed delay counts. Whether it is one, so that the next due time is another now.
    pub(crate) fn ended(&mut self, now: Instant) -> bool {
        let DueTimes::Steady(SteadyDueTimes { span, delay: true, next, .. }) = self else { return false };
        *next = now.checked_add(*span);
        true
    }

    /// A run for this due time begins.
    pub(crate) fn ran(&mut self, _due: SystemTime) {
        #[cfg(feature = "cron")]
        if let DueTimes::Wall(wall) = self {
            wall.ran(_due);
        }
    }

    /// Whether it goes by the wall clock.
    pub(crate) fn is_wall(&self) -> bool {
        !matches!(self, DueTimes::Steady(_))
    }

    /// Whether the wall clock leapt ahead over the due times that were taken last.
    pub(crate) fn has_leapt(&self) -> bool {
        match self {
            DueTimes::Steady(_) => false,
            #[cfg(feature = "cron")]
            DueTimes::Wall(wall) => wall.has_leapt(),
        }
    }

    /// How late the next due time may be before it is overdue.
    pub(crate) fn tolerance(&self) -> Duration {
        match self {
            DueTimes::Steady(steady) => tolerance(steady.span),
            #[cfg(feature = "cron")]
            DueTimes::Wall(wall) => wall.tolerance(),
        }
    }

    /// How many of the due times taken met a run that ended at that instant, the last one to end.
    pub(crate) fn before(&self, taken: TakenDueTimes, instant: Instant) -> u64 {
        match self {
            #[cfg(feature = "cron")]
            DueTimes::Wall(wall) if wall.met(taken.last, instant) => taken.count,
            _ if taken.first.instant >= instant => 0,
            DueTimes::Steady(_) if taken.last.instant < instant => taken.count,
            DueTimes::Steady(steady) => steady.fit(instant - taken.first.instant).min(taken.count),
            #[cfg(feature = "cron")]
            DueTimes::Wall(wall) => {
                let dues = std::iter::successors(Some(taken), |rest| self.without(*rest, 1));
                dues.take_while(|rest| wall.met(rest.first, instant)).count() as u64
            }
        }
    }

    /// The due times taken but the first so many; nothing if these are all.
    pub(crate) fn without(&self, taken: TakenDueTimes, first: u64) -> Option<TakenDueTimes> {
        let count = taken.count.checked_sub(first).filter(|count| *count > 0)?;
        let first = match self {
            DueTimes::Steady(steady) => taken.first.later(times(steady.span, first))?,
            #[cfg(feature = "cron")]
            DueTimes::Wall(wall) => {
                let mut due = taken.first.wall;
                for _ in 0..first {
                    due = wall.after(due)?;
                }
                taken.first.at(due)
            }
        };
        Some(TakenDueTimes { first, count, ..taken })
    }
}

impl SteadyDueTimes {
    /// How many due times lie in a time that begins with one, and ends before one.
    fn fit(&self, time: Duration) -> u64 {
        saturated(time.as_nanos().div_ceil(self.span.as_nanos().max(1)))
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
}

/// Exact: a timer that is a year behind is on its grid all the same.
fn times(span: Duration, factor: u64) -> Duration {
    let nanos = span.as_nanos().saturating_mul(factor.into());
    Duration::from_nanos(saturated(nanos))
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

    fn line(schedule: impl Into<Schedule>) -> (DueTimes, impl Fn(u64) -> ClockReading) {
        let begin = clock::now();
        let at = move |millis| ClockReading {
            instant: begin + Duration::from_millis(millis),
            wall: SystemTime::UNIX_EPOCH + Duration::from_millis(millis),
        };
        (DueTimes::begin(schedule.into().rhythm().unwrap(), at(0), Duration::ZERO), at)
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
