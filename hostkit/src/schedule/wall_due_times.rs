//! A line of due times by the wall clock, which can be set, leap and stand still while the machine sleeps.
//!
//! What the wall clock has passed is due, however it came to pass it. Set back, *interval* expressions go on by real time; *fixed*
//! ones go on where they have not been: what has run does not run again.

use std::time::{Duration, SystemTime};

use super::due_times::{DueTimes, TakenDueTimes, tolerance};
use super::seen_spans::SeenSpans;
use super::times::CronTimes;
use crate::time::clock::{Instant, later};
use crate::time::clock_reading::ClockReading;

/// Both clocks are compared at least this often. Steps of the wall clock are found by the watch, and sooner.
const LOOK: Duration = Duration::from_secs(10);
/// A step of the wall clock, not its drift or what lies between two readings.
const STEP: Duration = Duration::from_secs(1);
/// Due times that passed are counted up to here. A machine without a battery starts in 1970, and leaps.
const MOST: u64 = 10_000;

#[derive(Debug)]
pub(crate) struct WallDueTimes {
    times: CronTimes,
    /// The wall clock's time up to which every due time has been taken.
    done: SystemTime,
    next: Option<SystemTime>,
    /// Both clocks when they were last compared, and the time before that.
    seen: ClockReading,
    seen_before: ClockReading,
    /// How far the wall clock was ahead then of where it was expected.
    leapt: Duration,
    /// When a due time was last taken.
    taken: Option<Instant>,
    /// Where the wall clock has been; of a fixed expression.
    been: Option<SeenSpans>,
}

impl WallDueTimes {
    pub(super) fn begin(times: CronTimes, now: ClockReading) -> Self {
        WallDueTimes {
            next: times.after(now.wall),
            been: times.is_fixed().then(|| SeenSpans::from(now.wall)),
            times,
            done: now.wall,
            seen: now,
            seen_before: now,
            leapt: Duration::ZERO,
            taken: None,
        }
    }

    fn tolerance_of(&self, due: SystemTime, next: Option<SystemTime>) -> Duration {
        next.map_or(Duration::MAX, |next| tolerance(next.duration_since(due).unwrap_or_default()))
    }

    /// Whether a run that ended at `busy` was still going at this due time. One that the wall clock has just leapt over seems to lie
    /// long ago, but met no run; nor did one that comes again after the wall clock was set back.
    fn met(&self, due: ClockReading, busy: Instant) -> bool {
        due.instant < busy && due.wall < self.seen_before.wall_at(busy)
    }

    /// An interval expression goes on by real time. A step that is smaller than the time to the next run changes nothing.
    fn go_back(&mut self, now: ClockReading, step: Duration) {
        let step = step.max(behind(self.done, now.wall));
        if step < STEP {
            return;
        }
        let mut next = self.times.after(now.wall);
        while let Some(due) = next {
            let after = self.times.after(due);
            let Some(gap) = after.and_then(|after| after.duration_since(due).ok()) else { return };
            if step < gap {
                return;
            }
            let real = self.taken.map_or(gap, |taken| now.at(due).instant.saturating_duration_since(taken));
            if real >= gap / 2 {
                (self.done, self.next) = (now.wall, next);
                return;
            }
            next = after;
        }
    }

    /// That due time, or the first one after it that the wall clock has not been at; of a fixed expression.
    fn fresh(&self, due: Option<SystemTime>) -> Option<SystemTime> {
        let Some(been) = &self.been else { return due };
        let mut due = due?;
        while let Some(end) = been.end_of(due) {
            due = self.times.after(end)?;
        }
        Some(due)
    }

    /// The first and the last due time up to now, how many there are (as far as they are counted), and the one after them.
    fn passed(
        &self,
        first: SystemTime,
        now: SystemTime,
    ) -> (SystemTime, SystemTime, u64, Option<SystemTime>) {
        let (mut last, mut count) = (first, 1);
        loop {
            match self.times.after(last) {
                // Those that it has been at are none of these, and what comes after them is looked at anew.
                Some(next) if next <= now && self.fresh(Some(next)) == Some(next) => {
                    (last, count) = (next, count + 1);
                }
                next => return (first, last, count, next),
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
            match self.times.after(from) {
                Some(due) if due <= now => return due,
                _ => span *= 2,
            }
        }
        at_least
    }
}

impl DueTimes for WallDueTimes {
    /// Should the wall clock go on as it does.
    fn next(&self) -> Option<Instant> {
        Some(self.seen.at(self.next?).instant)
    }

    fn look(&self) -> Option<Instant> {
        let look = later(self.seen.instant, LOOK);
        Some(self.next().map_or(look, |next| next.min(look)))
    }

    fn take(&mut self, now: ClockReading) -> Option<TakenDueTimes> {
        let expected = self.seen.wall_at(now.instant);
        // If it has come on since the last look all the same, it has shown everything in between.
        let back = if now.wall < self.seen.wall { behind(expected, now.wall) } else { Duration::ZERO };
        self.leapt = behind(now.wall, expected);
        (self.seen_before, self.seen) = (self.seen, now);
        match &mut self.been {
            None => self.go_back(now, back),
            Some(been) if back >= STEP => {
                been.set_back(now.wall);
                self.next = self.fresh(self.times.after(now.wall));
            }
            Some(_) => {}
        }
        let taken = self.next.filter(|next| *next <= now.wall).map(|first| self.passed(first, now.wall));
        if let Some(been) = &mut self.been {
            been.go_on(now.wall, self.leapt); // afterwards: what it passed just now is due
        }
        let (first, last, count, next) = taken?;
        (self.done, self.next, self.taken) = (last, self.fresh(next), Some(now.instant));
        let tolerance = self.tolerance_of(last, next);
        Some(TakenDueTimes { first: now.at(first), last: now.at(last), count, tolerance })
    }

    fn tolerance(&self) -> Duration {
        self.next.map_or(Duration::MAX, |next| self.tolerance_of(next, self.times.after(next)))
    }

    fn before(&self, taken: TakenDueTimes, instant: Instant) -> u64 {
        if self.met(taken.last, instant) {
            return taken.count;
        }
        let dues = std::iter::successors(Some(taken), |rest| self.without(*rest, 1));
        dues.take_while(|rest| self.met(rest.first, instant)).count() as u64
    }

    fn without(&self, taken: TakenDueTimes, count: u64) -> Option<TakenDueTimes> {
        let left = taken.count.checked_sub(count).filter(|left| *left > 0)?;
        let first = (0..count).try_fold(taken.first.wall, |due, _| self.times.after(due))?;
        Some(TakenDueTimes { first: taken.first.at(first), count: left, ..taken })
    }

    /// A fixed expression does not repeat it.
    fn ran(&mut self, due: SystemTime) {
        if let Some(been) = &mut self.been {
            been.add(due, &self.times);
        }
    }

    fn is_wall(&self) -> bool {
        true
    }

    fn has_leapt(&self) -> bool {
        self.leapt >= STEP
    }
}

/// How far the second lies behind the first.
fn behind(first: SystemTime, second: SystemTime) -> Duration {
    first.duration_since(second).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Cron, Schedule};
    use crate::time::clock;

    use proptest::prelude::*;

    /// A line and a pair of clocks: seconds of the machine, and seconds on the wall.
    fn line(expression: &str) -> (Box<dyn DueTimes>, impl Fn(i64, i64) -> ClockReading) {
        let begin = clock::now() + Duration::from_secs(1_000_000);
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let at = move |instant: i64, wall: i64| ClockReading {
            instant: begin + Duration::from_secs(instant.unsigned_abs()),
            wall: if wall < 0 {
                start - Duration::from_secs(wall.unsigned_abs())
            } else {
                start + Duration::from_secs(wall.unsigned_abs())
            },
        };
        let rhythm = Schedule::from(Cron::new(expression)).rhythm().unwrap();
        (rhythm.due_times(at(0, 0), Duration::ZERO), at)
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
        assert_eq!(line.before(taken, at(10, 0).instant), 0, "it slept, and no run was going");
        assert_eq!(line.next(), Some(at(60, 0).instant));
    }

    #[test]
    fn set_back_a_little_nothing_is_repeated() {
        let (mut line, at) = line("* * * * *");
        assert!(line.take(at(60, 60)).is_some());
        assert_eq!(line.take(at(70, 60)), None);
        assert_eq!(line.take(at(120, 110)), None, "this minute has been");
        assert_eq!(line.take(at(130, 120)).unwrap().last.wall, at(0, 120).wall);
    }

    #[test]
    fn set_back_further_an_interval_goes_on_by_real_time() {
        for back in [60, 61, 300, 3_590, 3_600, 100_000] {
            let (mut line, at) = line("* * * * *");
            assert!(line.take(at(60, 60)).is_some());
            assert_eq!(line.take(at(70, 70 - back)), None);
            let next = line.next().unwrap().duration_since(at(0, 0).instant).as_secs();
            assert!((90..=180).contains(&next), "by {back}: {next}");
            let (before, then) = (next.cast_signed() - 1, next.cast_signed());
            assert_eq!(line.take(at(before, before - back)), None);
            assert_eq!(line.take(at(then, then - back)).map(|taken| taken.count), Some(1));
            assert_eq!(line.next(), Some(at(then + 60, 0).instant));
        }
    }

    #[test]
    fn set_back_a_fixed_time_does_not_come_twice() {
        for back in [2, 61, 3_000, 4_000, 100_000] {
            let (mut line, at) = line(
                "0 0,10,20,30,40,50 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23 * * *",
            );
            assert!(line.take(at(600, 600)).is_some());
            assert_eq!(line.take(at(601, 601 - back)), None, "by {back}");
            let (mut now, mut dues) = (601, Vec::new());
            while now < 10_000 {
                let taken = line.take(at(now, now - back));
                dues.extend(taken.map(|taken| taken.last.wall));
                now += 10;
            }
            let early = dues.iter().filter(|due| **due <= at(0, 600).wall && **due > at(0, 0).wall).count();
            assert_eq!(early, 0, "by {back}: {dues:?}");
            assert!(dues.is_sorted() && (dues.len() >= 8 || back == 100_000), "by {back}: {dues:?}");
        }
    }

    /// A clock that was wrong for a moment: what it leapt over comes yet, and what ran does not run again.
    #[test]
    fn what_a_wrong_clock_leapt_over_still_comes() {
        let (mut line, at) = line("0 0 3,4 * * *"); // 1_800_000_000 is 08:00
        let day = 24 * 3_600;
        assert_eq!(line.take(at(10, 10)), None);
        let taken = line.take(at(20, 20 + 1_000 * day)).unwrap();
        assert_eq!(taken.count, 2_000);
        line.ran(taken.last.wall);
        assert_eq!(line.take(at(30, 30)), None);
        assert_eq!(line.next(), Some(at(19 * 3_600, 0).instant), "tomorrow at three");
        assert!(line.take(at(19 * 3_600, 19 * 3_600)).is_some());
        // By less than an hour, what it leapt over was made up for.
        let (now, wall) = (19 * 3_600 + 10, 19 * 3_600 + 3_590);
        assert_eq!(line.take(at(now, wall)), None);
        let four = line.take(at(now + 20, wall + 20)).unwrap();
        assert_eq!(four.count, 1);
        assert_eq!(line.take(at(now + 30, 19 * 3_600 + 40)), None);
        assert_eq!(
            line.next(),
            Some(at(now + 30 + 43 * 3_600 - 19 * 3_600 - 40, 0).instant),
            "four has been"
        );
    }

    #[test]
    fn what_a_leap_passed_met_no_run_that_had_ended_before() {
        let (mut line, at) = line("0 * * * *");
        line.take(at(3_600, 3_600)).unwrap();
        let busy = at(3_601, 3_601).instant; // that run ended a second later
        let taken = line.take(at(3_660, 3_660 + 7_200)).unwrap(); // a minute later: ahead by two hours
        assert_eq!((taken.count, line.before(taken, busy)), (2, 0), "no run was going at those times");
        assert!(line.has_leapt());
    }

    #[test]
    fn what_comes_again_met_no_run() {
        let (mut line, at) = line("* * * * *");
        line.take(at(60, 60)).unwrap();
        assert_eq!(line.take(at(62, 62 - 300)), None);
        let taken = line.take(at(122, 122 - 300)).unwrap();
        assert_eq!(line.before(taken, at(61, 0).instant), 0);
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
        /// However the clocks go, no due time of a fixed expression comes twice, and none that the wall clock has not shown.
        #[test]
        fn fixed_times_only_ever_go_on(steps in proptest::collection::vec((0i64..600, -1_000i64..2_000), 1..60)) {
            let (mut line, at) = line("0,7,14,21,28,35,42,49,56 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23 * * *");
            let (mut instant, mut wall, mut last) = (0, 0, at(0, 0).wall);
            for (passes, leaps) in steps {
                (instant, wall) = (instant + passes, wall + passes + leaps);
                if let Some(taken) = line.take(at(instant, wall)) {
                    prop_assert!(taken.last.wall <= at(0, wall).wall);
                    let last_one = line.without(taken, taken.count - 1).map(|rest| rest.first.wall);
                    prop_assert_eq!(last_one, Some(taken.last.wall));
                    // Set back before the beginning, it has not been there; from the beginning on, it goes on.
                    if taken.first.wall > at(0, 0).wall {
                        prop_assert!(taken.first.wall > last);
                        last = taken.last.wall;
                    }
                }
                prop_assert!(line.look().unwrap() <= at(instant + 10, 0).instant);
            }
        }

        /// However the clocks go, an interval expression is never silent: once they go on as they should, it is due within three gaps.
        #[test]
        fn intervals_go_on_by_real_time(steps in proptest::collection::vec((0i64..600, -5_000i64..5_000), 1..60)) {
            let (mut line, at) = line("*/7 * * * *");
            let (mut instant, mut wall) = (0, 0);
            for (passes, leaps) in steps {
                (instant, wall) = (instant + passes, wall + passes + leaps);
                if let Some(taken) = line.take(at(instant, wall)) {
                    prop_assert!(taken.last.wall <= at(0, wall).wall);
                    let last_one = line.without(taken, taken.count - 1).map(|rest| rest.first.wall);
                    prop_assert_eq!(last_one, Some(taken.last.wall));
                }
                prop_assert!(line.look().unwrap() <= at(instant + 10, 0).instant);
                let next = line.next().unwrap().duration_since(at(instant, 0).instant);
                prop_assert!(next <= Duration::from_secs(3 * 420), "{next:?}");
            }
        }
    }
}
