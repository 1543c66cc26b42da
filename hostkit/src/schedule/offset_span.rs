//! A time zone as stretches of time, in each of which local time is so many seconds ahead of UTC.
//!
//! Local time leaps where one stretch ends and the next begins. All that is said about leaps is said here, by walking
//! from stretch to stretch, so that leaps of any size and in any order are right.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The furthest that local time can be from UTC, in seconds.
pub(super) const FURTHEST: i64 = 26 * 60 * 60;

/// The stretch around an instant.
pub(super) struct OffsetSpan {
    /// Local time less UTC, in seconds.
    pub(super) offset: i64,
    /// The first instant after it.
    pub(super) end: i64,
}

impl OffsetSpan {
    pub(super) fn around(zone: &TimeZone, instant: i64) -> Option<Self> {
        let instant = Timestamp::from_second(instant).ok()?;
        let end = zone.following(instant).next().map_or(i64::MAX, |leap| leap.timestamp().as_second());
        Some(OffsetSpan { offset: zone.to_offset(instant).seconds().into(), end })
    }
}

/// The first instant at which local time is this, or has leapt past it.
pub(super) fn reach(zone: &TimeZone, local: i64) -> Option<i64> {
    let mut instant = local - FURTHEST;
    loop {
        let stretch = OffsetSpan::around(zone, instant)?;
        let due = local - stretch.offset;
        if due < stretch.end {
            return Some(due.max(instant));
        }
        instant = stretch.end;
    }
}

/// The first local time that has neither been nor been leapt past by this instant.
pub(super) fn ahead_of(zone: &TimeZone, instant: i64) -> Option<i64> {
    let offset = |instant| Some(i64::from(zone.to_offset(Timestamp::from_second(instant).ok()?).seconds()));
    let mut ahead = instant + 1 + offset(instant)?;
    for leap in zone.preceding(Timestamp::from_second(instant + 1).ok()?) {
        let leap = leap.timestamp().as_second();
        if leap < instant - 2 * FURTHEST {
            break;
        }
        ahead = ahead.max(leap + offset(leap - 1)?);
    }
    Some(ahead)
}
