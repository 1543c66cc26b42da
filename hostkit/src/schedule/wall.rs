//! A line of due times by the wall clock, which can be set, leap and stand still while the machine sleeps.
//!
//! What the wall clock has passed is due, however it came to pass it. Set back a little, it passes some times twice: they are
//! not repeated. Set back by an hour or more, it was wrong before: the line begins anew from what it shows now.

use std::time::{Duration, SystemTime};

use super::times::CronTimes;
use super::{Taken, tolerance};
use crate::at::At;
use crate::now::Now;

/// Both clocks are compared at least this often.
const LOOK: Duration = Duration::from_secs(10);
/// Set back this far, the wall clock was wrong before.
const ANEW: Duration = Duration::from_secs(60 * 60);
/// Due times that passed are counted up to here. A machine without a battery starts in 1970, and leaps.
const MOST: u64 = 10_000;

#[derive(Debug)]
pub(crate) struct WallLine {
    times: CronTimes,
    /// The wall clock's time up to which every due time has been taken.
    done: SystemTime,
    next: Option<SystemTime>,
    /// Both clocks when they were last compared.
    seen: Now,
}

impl WallLine {
    pub(super) fn begin(times: CronTimes, now: Now) -> Self {
        WallLine { next: times.after(now.wall), times, done: now.wall, seen: now }
    }

    /// When the next due time comes, should the wall clock go on as it does.
    pub(super) fn next(&self) -> Option<At> {
        Some(self.seen.at(self.next?).instant)
    }

    pub(super) fn look(&self) -> At {
        let look = self.seen.instant.later(LOOK);
        self.next().map_or(look, |next| next.min(look))
    }

    pub(super) fn after(&self, due: SystemTime) -> Option<SystemTime> {
        self.times.after(due)
    }

    pub(super) fn tolerance(&self) -> Duration {
        self.next.map_or(Duration::MAX, |next| self.tolerance_of(next, self.after(next)))
    }

    fn tolerance_of(&self, due: SystemTime, next: Option<SystemTime>) -> Duration {
        next.map_or(Duration::MAX, |next| tolerance(next.duration_since(due).unwrap_or_default()))
    }

    pub(super) fn take(&mut self, now: Now) -> Option<Taken> {
        let step = behind(self.seen.wall_at(now.instant), now.wall);
        let anew = step.max(behind(self.done, now.wall)) >= ANEW;
        self.seen = now;
        if anew {
            (self.done, self.next) = (now.wall, self.after(now.wall));
        }
        let first = self.next.filter(|next| *next <= now.wall)?;
        let (last, count, next) = self.passed(first, now.wall);
        (self.done, self.next) = (last, next);
        let tolerance = self.tolerance_of(last, next);
        Some(Taken { first: now.at(first), last: now.at(last), count, tolerance })
    }

    /// The last due time up to now, how many there are from the first to it (as far as they are counted), and the one after it.
    fn passed(&self, first: SystemTime, now: SystemTime) -> (SystemTime, u64, Option<SystemTime>) {
        let (mut last, mut count) = (first, 1);
        loop {
            match self.after(last) {
                Some(next) if next <= now => (last, count) = (next, count + 1),
                next => return (last, count, next),
            }
            if count == MOST {
                last = self.shortly_before(now, last);
            }
        }
    }

    /// A due time that is not long before now, so that few are left to count.
    fn shortly_before(&self, now: SystemTime, at_least: SystemTime) -> SystemTime {
        let mut span = Duration::from_secs(1);
        while let Some(from) = now.checked_sub(span).filter(|from| *from > at_least) {
            match self.after(from) {
                Some(due) if due <= now => return due,
                _ => span *= 2,
            }
        }
        at_least
    }
}

/// How far the second lies behind the first.
fn behind(first: SystemTime, second: SystemTime) -> Duration {
    first.duration_since(second).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Cron, Line, Schedule};
    use proptest::prelude::*;

    /// A line and a pair of clocks: seconds of the machine, and seconds on the wall.
    fn line(expression: &str) -> (Line, impl Fn(i64, i64) -> Now) {
        let begin = At::now().later(Duration::from_secs(1_000_000));
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let at = move |instant: i64, wall: i64| Now {
            instant: begin.later(Duration::from_secs(instant.unsigned_abs())),
            wall: match wall < 0 {
                true => start - Duration::from_secs(wall.unsigned_abs()),
                false => start + Duration::from_secs(wall.unsigned_abs()),
            },
        };
        let rhythm = Schedule::from(Cron::new(expression)).rhythm().unwrap();
        (Line::begin(rhythm, at(0, 0), Duration::ZERO), at)
    }

    #[test]
    fn a_time_is_taken_when_the_wall_clock_shows_it() {
        let (mut line, at) = line("* * * * *"); // 1_800_000_000 is a full minute
        assert_eq!(line.take(at(0, 0)), None);
        assert_eq!(line.next(), Some(at(60, 60).instant));
        assert_eq!(line.take(at(59, 59)), None);
        let taken = line.take(at(60, 60)).unwrap();
        assert_eq!((taken.first, taken.last, taken.count), (at(60, 60), at(60, 60), 1));
        assert_eq!(taken.tolerance, Duration::from_secs(6));
    }

    #[test]
    fn one_looks_again_after_ten_seconds_at_most() {
        let (mut line, at) = line("0 * * * *");
        assert_eq!(line.look(), Some(at(10, 10).instant));
        assert_eq!(line.take(at(10, 10)), None);
        assert_eq!(line.look(), Some(at(20, 20).instant));
    }

    #[test]
    fn a_machine_that_slept_takes_what_passed_at_once() {
        let (mut line, at) = line("* * * * *");
        let taken = line.take(at(10, 250)).unwrap();
        assert_eq!((taken.first.wall, taken.last.wall, taken.count), (at(0, 60).wall, at(0, 240).wall, 4));
        assert_eq!(taken.last.instant, at(0, 0).instant); // as late as the wall clock says
        assert_eq!(line.before(taken, at(0, 0).instant), 3);
        assert_eq!(line.next(), Some(at(60, 0).instant));
    }

    #[test]
    fn set_back_a_little_nothing_is_repeated() {
        let (mut line, at) = line("* * * * *");
        assert!(line.take(at(60, 60)).is_some());
        assert_eq!(line.take(at(70, 10)), None);
        assert_eq!(line.take(at(120, 60)), None, "this minute has been");
        assert_eq!(line.take(at(180, 120)).unwrap().last.wall, at(0, 120).wall);
    }

    #[test]
    fn set_back_by_an_hour_it_begins_anew() {
        let (mut line, at) = line("* * * * *");
        assert!(line.take(at(60, 60)).is_some());
        assert_eq!(line.take(at(70, -3530)), None);
        assert_eq!(line.take(at(80, -3480)).unwrap().last.wall, at(0, -3480).wall);
    }

    #[test]
    fn many_small_steps_back_do_not_hold_it_for_long() {
        let (mut line, at) = line("* * * * *");
        assert!(line.take(at(60, 60)).is_some());
        for step in 1..=2 {
            assert_eq!(line.take(at(60 + step, 60 - step * 1795)), None);
        }
        assert_eq!(line.take(at(63, -3540)), None);
        assert_eq!(line.next(), Some(at(123, 0).instant));
    }

    #[test]
    fn a_leap_of_decades_neither_hangs_nor_is_lost() {
        let (mut line, at) = line("* * * * * *");
        let decades = 1_500_000_000;
        let begun = std::time::Instant::now();
        let taken = line.take(at(10, decades)).unwrap();
        assert!(taken.count >= MOST && taken.last.wall == at(0, decades).wall);
        assert_eq!(line.next(), Some(at(11, 0).instant));
        assert!(begun.elapsed() < Duration::from_secs(2));
    }

    proptest! {
        /// However the clocks go: no due time twice unless set back by an hour, none that the wall clock has not shown.
        #[test]
        fn due_times_only_ever_go_on(steps in proptest::collection::vec((0i64..600, -1_000i64..2_000), 1..60)) {
            let (mut line, at) = line("*/7 * * * *");
            let (mut instant, mut wall, mut last, mut highest) = (0, 0, at(0, 0).wall, 0);
            for (passes, leaps) in steps {
                (instant, wall) = (instant + passes, wall + passes + leaps);
                if highest - wall >= 3_600 {
                    break;
                }
                highest = highest.max(wall);
                if let Some(taken) = line.take(at(instant, wall)) {
                    prop_assert!(taken.first.wall > last);
                    prop_assert!(taken.last.wall <= at(0, wall).wall);
                    let last_one = line.without(taken, taken.count - 1).map(|rest| rest.first.wall);
                    prop_assert_eq!(last_one, Some(taken.last.wall));
                    last = taken.last.wall;
                }
                prop_assert!(line.look().unwrap() <= at(instant + 10, 0).instant);
            }
        }
    }
}
