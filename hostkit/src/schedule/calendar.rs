//! A cron expression and a local time go in, the first matching local time from then on comes out; no zone is involved.
//!
//! Local times are counted in seconds, as if the local clock were that of UTC.

use hostkit_grammar::cron::Cron;
use jiff::civil::{DateTime, Time};
use jiff::tz::Offset;
use jiff::{Timestamp, civil};

/// The first match at or after this local time; `None` at the end of the calendar, in the year 9999.
pub(super) fn at_or_after(cron: &Cron, local: i64) -> Option<i64> {
    let from = Offset::UTC.to_datetime(Timestamp::from_second(local).ok()?);
    let (year, month, day) = (from.year(), from.month() as u8, from.day() as u8);
    let today = || {
        let matches = cron.days_of(year, month) & (1 << day) != 0;
        matches.then(|| time_at_or_after(cron, from.time()))?.map(|time| from.date().to_datetime(time))
    };
    let later = || {
        let (year, month, day) = day_after(cron, year, month, day)?;
        let first = time_at_or_after(cron, Time::midnight())?;
        Some(civil::Date::new(year, month as i8, day as i8).ok()?.to_datetime(first))
    };
    seconds(today().or_else(later)?)
}

fn seconds(local: DateTime) -> Option<i64> {
    Offset::UTC.to_timestamp(local).ok().map(Timestamp::as_second)
}

/// The first matching day after this one. The calendar repeats after 400 years.
fn day_after(cron: &Cron, year: i16, month: u8, day: u8) -> Option<(i16, u8, u8)> {
    let rest = cron.days_of(year, month) & (u32::MAX << day << 1);
    if rest != 0 {
        return Some((year, month, rest.trailing_zeros() as u8));
    }
    let this_year = (month + 1..=12).map(|month| (year, month));
    let later = (year + 1..=(year + 400).min(9999)).flat_map(|year| (1..=12).map(move |month| (year, month)));
    this_year.chain(later).find_map(|(year, month)| {
        let days = cron.days_of(year, month);
        (days != 0).then(|| (year, month, days.trailing_zeros() as u8))
    })
}

/// The first matching time of a day from this one on.
fn time_at_or_after(cron: &Cron, from: Time) -> Option<Time> {
    let [hour, minute, second] = [from.hour(), from.minute(), from.second()].map(|part| part as u8);
    let hours_with = |first| bit_from(cron.hours(), first);
    let this_hour = || {
        let same = hours_with(hour)? == hour;
        let (minute, second) = same.then(|| minute_from(cron, minute, second))??;
        Some((hour, minute, second))
    };
    let later = || {
        let (minute, second) = minute_from(cron, 0, 0)?;
        Some((hours_with(hour + 1)?, minute, second))
    };
    let (hour, minute, second) = this_hour().or_else(later)?;
    Time::new(hour as i8, minute as i8, second as i8, 0).ok()
}

fn minute_from(cron: &Cron, minute: u8, second: u8) -> Option<(u8, u8)> {
    let this_minute = || {
        let same = bit_from(cron.minutes(), minute)? == minute;
        Some((minute, same.then(|| bit_from(cron.seconds(), second))??))
    };
    let later = || Some((bit_from(cron.minutes(), minute + 1)?, bit_from(cron.seconds(), 0)?));
    this_minute().or_else(later)
}

/// The number of the first bit that is set, from this one on.
fn bit_from(bits: u64, first: u8) -> Option<u8> {
    let rest = bits & (u64::MAX << first);
    (rest != 0).then(|| rest.trailing_zeros() as u8)
}
