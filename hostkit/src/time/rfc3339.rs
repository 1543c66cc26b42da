//! A time of the wall clock as RFC 3339 writes it, in UTC; and such a text as a time.

use std::fmt;
#[cfg(any(test, feature = "testing"))]
use std::time::Duration;
use std::time::SystemTime;

const DAY: i64 = 24 * 60 * 60;

/// `2026-03-29T01:00:00Z`, with as many digits of a second as there are.
pub(crate) struct Rfc3339(pub(crate) SystemTime);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanos) = match self.0.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => (after.as_secs().cast_signed(), after.subsec_nanos()),
            Err(before) => {
                let before = before.duration();
                let up = i64::from(before.subsec_nanos() > 0);
                (
                    -before.as_secs().cast_signed() - up,
                    (1_000_000_000 - before.subsec_nanos()) % 1_000_000_000,
                )
            }
        };
        let (year, month, day) = date(seconds.div_euclid(DAY));
        let time = seconds.rem_euclid(DAY);
        let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if nanos > 0 {
            write!(f, ".{}", format!("{nanos:09}").trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

/// The date of the Gregorian calendar so many days after 1970-01-01. Years begin in March here, so that a leap day is the last.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468; // from 0000-03-01
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// The time that this text means; nothing if it is none.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let (time, offset) = match time.strip_suffix(['Z', 'z']) {
        Some(time) => (time, 0),
        None => {
            let at = time.rfind(['+', '-'])?;
            let (hours, minutes) = time[at + 1..].split_once(':')?;
            let offset = number(hours, 2, 23)? * 3_600 + number(minutes, 2, 59)? * 60;
            (&time[..at], if time[at..].starts_with('-') { -offset } else { offset })
        }
    };
    let mut parts = date.split('-');
    let (year, month, day) =
        (number(parts.next()?, 4, 9_999)?, number(parts.next()?, 2, 12)?, number(parts.next()?, 2, 31)?);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut clock = time.split(':');
    let (hour, minute, second) =
        (number(clock.next()?, 2, 23)?, number(clock.next()?, 2, 59)?, number(clock.next()?, 2, 59)?);
    if parts.next().is_some() || clock.next().is_some() || fraction.len() > 9 {
        return None;
    }
    let nanos = number(&format!("{fraction:0<9}"), 9, 999_999_999)?;
    let days = (0..31)
        .map(|more| days_to_month(year, month) + more)
        .find(|days| self::date(*days) == (year, month, day))?;
    let seconds = days * DAY + hour * 3_600 + minute * 60 + second - offset;
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let wall = if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(whole)?
    } else {
        SystemTime::UNIX_EPOCH.checked_add(whole)?
    };
    wall.checked_add(Duration::from_nanos(nanos.unsigned_abs()))
}

/// Days from 1970-01-01 to the first of that month.
#[cfg(any(test, feature = "testing"))]
fn days_to_month(year: i64, month: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5
        - 719_468
}

#[cfg(any(test, feature = "testing"))]
fn number(text: &str, digits: usize, most: i64) -> Option<i64> {
    let right = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.parse().ok())?.filter(|number| *number <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2026",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-02-30T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-1-1T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00Z",
            "2026-01-01T00:00:00+2",
            "2026-01-01T00:00:00.0000000001Z",
            "x026-01-01T00:00:00Z",
            "2026-01-01T00:00:00Zü",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_offset_is_taken_off() {
        let expected = parse("2026-03-29T00:30:00Z");
        assert!(expected.is_some());
        assert_eq!(parse("2026-03-29T02:30:00+02:00"), expected);
        assert_eq!(parse("2026-03-28t19:00:00.000-05:30"), expected);
    }

    proptest! {
        #[cfg(feature = "cron")]
        #[test]
        fn it_is_written_and_read_as_jiff_does(seconds in -60_000_000_000i64..250_000_000_000, nanos in 0i32..1_000_000_000, round: bool) {
            let nanos = if round { nanos / 100_000_000 * 100_000_000 } else { nanos };
            let time = jiff::Timestamp::from_second(seconds).unwrap() + jiff::SignedDuration::from_nanos(nanos.into());
            let text = Rfc3339(SystemTime::from(time)).to_string();
            prop_assert_eq!(&text, &time.to_string());
            prop_assert_eq!(parse(&text), Some(SystemTime::from(time)));
        }
    }
}
