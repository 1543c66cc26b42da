//! `next`: the coming due times of one timer, one to a line, each in its schedule's zone.

use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use crate::schedule::Rhythm;

/// The lines of the first due times strictly after `from`, each made when it is asked for: what counts from the start of the host is told as if it were ready then, and waits for
/// `first`. Fails with the sentence for a `from` that is no time.
pub(super) fn next(
    rhythm: &Rhythm,
    first: Duration,
    from: Option<&str>,
    count: usize,
    now: SystemTime,
) -> Result<impl Iterator<Item = String>, String> {
    let zone = zone(rhythm);
    let from = match from {
        None => Timestamp::try_from(now).map_err(|error| format!("the clock is wrong: {error}"))?,
        Some(text) => instant(text, &zone)?,
    };
    let begin = match rhythm.span() {
        Some(_) if !first.is_zero() => from.checked_add(first).ok(),
        _ => after(rhythm, from),
    };
    let never = (begin.is_none() && count > 0).then(|| "never again".to_owned());
    let dues = std::iter::successors(begin, |due| after(rhythm, *due)).take(count);
    let mut offset = zone.to_offset(from);
    let lines = dues.map(move |due| {
        let before = std::mem::replace(&mut offset, zone.to_offset(due));
        line(rhythm, &due.to_zoned(zone.clone()), before)
    });
    Ok(never.into_iter().chain(lines))
}

fn line(rhythm: &Rhythm, due: &Zoned, before: Offset) -> String {
    let mut line = due.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string();
    if due.offset() != before {
        let way = if due.offset() > before { "forward" } else { "back" };
        let (before, after) = (shown(before), shown(due.offset()));
        line += &format!("  clocks go {way} from {before} to {after}");
    }
    if moved(rhythm, due) {
        line += "  moved: its local time does not exist that day";
    }
    line
}

fn shown(offset: Offset) -> String {
    Timestamp::UNIX_EPOCH.to_zoned(TimeZone::fixed(offset)).strftime("%:z").to_string()
}

fn zone(rhythm: &Rhythm) -> TimeZone {
    match rhythm {
        Rhythm::Cron(times) => times.zone().clone(),
        Rhythm::Every(_) | Rhythm::Delay(_) => TimeZone::UTC,
    }
}

fn moved(rhythm: &Rhythm, due: &Zoned) -> bool {
    matches!(rhythm, Rhythm::Cron(times) if times.is_moved(due.timestamp()))
}

fn after(rhythm: &Rhythm, time: Timestamp) -> Option<Timestamp> {
    match rhythm {
        Rhythm::Cron(times) => times.next(time),
        Rhythm::Every(span) | Rhythm::Delay(span) => time.checked_add(*span).ok(),
    }
}

/// `2026-03-29T01:00:00Z`, or without an offset a local time of the schedule's zone.
fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let local = || zone.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    text.parse::<Timestamp>().ok().or_else(local).ok_or_else(|| {
        format!("`--from` takes a time such as `2026-03-29T01:00:00Z`, or a local one such as `2026-03-29T02:00`, not `{text}`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Cron, Delay, Every, Schedule};

    fn lines(schedule: impl Into<Schedule>, from: &str, count: usize) -> Vec<String> {
        let rhythm = schedule.into().rhythm().unwrap();
        next(&rhythm, Duration::ZERO, Some(from), count, SystemTime::UNIX_EPOCH).unwrap().collect()
    }

    #[test]
    fn changed_clocks_are_marked() {
        let berlin = |cron: &str| Cron::new(cron).tz("Europe/Berlin");
        assert_eq!(
            lines(berlin("30 2 * * *"), "2026-03-28T02:30+01:00[Europe/Berlin]", 2),
            [
                "2026-03-29T03:00:00+02:00  clocks go forward from +01:00 to +02:00  moved: its local time does not exist that day",
                "2026-03-30T02:30:00+02:00",
            ]
        );
        assert_eq!(
            lines(berlin("*/30 2 * * *"), "2026-10-25T01:59", 4),
            [
                "2026-10-25T02:00:00+02:00",
                "2026-10-25T02:30:00+02:00",
                "2026-10-25T02:00:00+01:00  clocks go back from +02:00 to +01:00",
                "2026-10-25T02:30:00+01:00",
            ]
        );
    }

    #[test]
    fn it_is_strictly_after_the_time_that_was_given() {
        assert_eq!(lines(Cron::new("0 0 29 2 *"), "2024-02-29", 1), ["2028-02-29T00:00:00+00:00"]);
        assert_eq!(
            lines(Every::millis(1500), "2026-01-01T00:00:00Z", 2),
            ["2026-01-01T00:00:01.5+00:00", "2026-01-01T00:00:03+00:00"]
        );
        assert_eq!(lines(Cron::new("@daily"), "9999-12-30T12:00:00Z", 3), ["never again"]);
    }

    #[test]
    fn what_counts_from_the_start_waits_for_first() {
        for schedule in [Schedule::from(Every::secs(10)), Schedule::from(Delay::secs(10))] {
            let rhythm = schedule.rhythm().unwrap();
            let first = Duration::from_secs(3);
            let lines = |first| {
                let lines = next(&rhythm, first, Some("2026-01-01T00:00:00Z"), 2, SystemTime::UNIX_EPOCH);
                lines.unwrap().collect::<Vec<_>>()
            };
            assert_eq!(lines(first), ["2026-01-01T00:00:03+00:00", "2026-01-01T00:00:13+00:00"]);
            assert_eq!(lines(Duration::MAX), ["never again"]);
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let rhythm = Schedule::from(Every::secs(1)).rhythm().unwrap();
        for text in ["", "now", "12:00", "2026-13-01"] {
            let fault = next(&rhythm, Duration::ZERO, Some(text), 1, SystemTime::UNIX_EPOCH).err().unwrap();
            assert!(fault.starts_with("`--from` takes a time such as"), "{fault}");
        }
    }
}
