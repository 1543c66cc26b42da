//! A cron expression in a time zone, both proven: an instant goes in, the next run comes out.
//!
//! *Fixed* expressions (only numbers or lists of them in seconds, minutes and hours) mean local times: each matching
//! date and time runs exactly once. A time that the clock leaps over runs at the instant right after the leap, where
//! several of them are one run; a time that comes twice runs the first time; a date that a zone left out is no date.
//!
//! All others are *interval* expressions and follow real time: what matches in an hour that comes twice runs twice, and
//! what matches only in a gap does not run.

use std::time::{Duration, SystemTime};

use hostkit_grammar::cron::Cron;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::calendar;
use super::offset_span::{FURTHEST, OffsetSpan, ahead_of, reach};

const DAY: i64 = 24 * 60 * 60;
/// The calendar repeats after so many seconds, 400 years, and every zone's rules with it once its table has ended.
const CYCLE: i64 = 146_097 * DAY;
/// The tables of zones have ended by the year 2100.
const TABLES_END: i64 = 130 * 365 * DAY;
/// 2024-01-01T00:00:00Z, and one second less.
const SAMPLED_FROM: i64 = 1_704_067_199;
const SAMPLED: usize = 1_000;

/// A cron expression in a time zone.
#[derive(Debug, Clone)]
pub(crate) struct CronTimes {
    cron: Cron,
    zone: TimeZone,
}

impl CronTimes {
    /// This expression in this zone.
    pub(crate) fn new(cron: Cron, zone: TimeZone) -> Self {
        CronTimes { cron, zone }
    }

    /// The zone.
    #[cfg(feature = "cli")]
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The first run strictly after this instant.
    ///
    /// `None` only if there is none: where the calendar ends, in the year 9999, and for an interval expression that
    /// matches nothing but times in the zone's gaps.
    pub(crate) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        // `as_second` cuts off toward zero: before 1970 that is toward the future.
        let after = after.as_second() - i64::from(after.subsec_nanosecond() < 0);
        let due = if self.cron.is_fixed() { self.fixed(after) } else { self.interval(after) };
        Timestamp::from_second(due?).ok()
    }

    /// Whether it means local times, each of which runs once.
    pub(super) fn is_fixed(&self) -> bool {
        self.cron.is_fixed()
    }

    /// The first run strictly after this time of the wall clock.
    pub(crate) fn after(&self, time: SystemTime) -> Option<SystemTime> {
        Some(self.next(Timestamp::try_from(time).ok()?)?.into())
    }

    /// How close runs come to each other: the closest of the next thousand after the beginning of 2024, a leap year.
    pub(crate) fn closest(&self) -> Option<Duration> {
        let first = self.next(Timestamp::from_second(SAMPLED_FROM).ok()?)?;
        let runs = std::iter::successors(Some(first), |run| self.next(*run)).take(SAMPLED);
        let seconds = runs.map(Timestamp::as_second).collect::<Vec<_>>();
        let closest = seconds.windows(2).map(|pair| pair[1] - pair[0]).min()?;
        Some(Duration::from_secs(closest.unsigned_abs()))
    }

    /// Whether this run is for a local time that its clock left out.
    #[cfg(feature = "cli")]
    pub(crate) fn is_moved(&self, due: Timestamp) -> bool {
        let shown = due.as_second() + i64::from(self.zone.to_offset(due).seconds());
        calendar::at_or_after(&self.cron, shown) != Some(shown)
    }

    /// Local times in their order, each when the clock first shows it or leaps past it. Both only ever move ahead, so
    /// that whatever the clock has passed by `after` has had its run.
    fn fixed(&self, after: i64) -> Option<i64> {
        let mut from = ahead_of(&self.zone, after)?;
        loop {
            let local = calendar::at_or_after(&self.cron, from)?;
            let due = reach(&self.zone, local)?;
            let shown = due + OffsetSpan::around(&self.zone, due)?.offset;
            if shown == local || self.has_date(local)? {
                return Some(due);
            }
            from = (local.div_euclid(DAY) + 1) * DAY;
        }
    }

    /// Whether the zone has the date of this local time: whether any time lies between its two midnights.
    fn has_date(&self, local: i64) -> Option<bool> {
        let midnight = local.div_euclid(DAY) * DAY;
        Some(reach(&self.zone, midnight)? < reach(&self.zone, midnight + DAY)?)
    }

    /// Instants in their order, each if the clock then shows a time that matches.
    fn interval(&self, after: i64) -> Option<i64> {
        let mut instant = after + 1;
        let limit = after.max(TABLES_END) + CYCLE;
        while instant <= limit {
            let stretch = OffsetSpan::around(&self.zone, instant)?;
            let local = calendar::at_or_after(&self.cron, instant + stretch.offset)?;
            let due = local - stretch.offset;
            if due < stretch.end {
                return Some(due);
            }
            // Local times that have been can come again, but not later than twice the furthest leap from now.
            let near = stretch.end <= instant + 2 * FURTHEST;
            instant = if near { stretch.end } else { stretch.end.max(local - FURTHEST) };
        }
        None
    }
}
