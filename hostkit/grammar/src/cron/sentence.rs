//! A mistake goes in, its one sentence comes out: what is wrong, and what would be right.

use super::field::Field;
use super::problem::CronProblem;
use std::fmt;

const FIVE: &str = "minute hour day-of-month month day-of-week";

pub(crate) fn write(mistake: &CronProblem, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match mistake {
        CronProblem::Empty => write!(f, r#"an expression is missing: write five fields, {FIVE}, such as "0 3 * * *""#),
        CronProblem::FieldCount { count: 1 } => write!(f, "one field: write five, {FIVE}"),
        CronProblem::FieldCount { count: 7 } => {
            write!(f, "seven fields: the year is not supported; write six, second {FIVE}")
        }
        CronProblem::FieldCount { count } => {
            write!(f, "{count} fields: write five, {FIVE}, or six with the second first")
        }
        CronProblem::Duration { text } => {
            write!(f, r#"{text} is a duration, not a cron expression: write `every = "{text}"`"#)
        }
        CronProblem::ZoneInside { zone } => {
            let zone = if zone.is_empty() { "Europe/Berlin".to_owned() } else { clip(zone) };
            write!(f, r#"the time zone is an option of its own: remove it here, and write `tz = "{zone}"`"#)
        }
        CronProblem::Reboot => f.write_str("`@reboot` is no schedule: write a function with `#[on(started)]`"),
        CronProblem::Every { text } => {
            let text = if text.is_empty() { "10s".to_owned() } else { clip(text) };
            write!(f, r#"`@every` is an option of its own: write `every = "{text}"`"#)
        }
        CronProblem::UnknownWord { word, nearest: Some(nearest) } => {
            write!(f, "`{}` is no schedule: did you mean `{nearest}`?", clip(word))
        }
        CronProblem::UnknownWord { word, nearest: None } => {
            let possible = "`@yearly`, `@monthly`, `@weekly`, `@daily`, `@hourly`";
            write!(f, "`{}` is no schedule: write five fields, {FIVE}, or one of {possible}", clip(word))
        }
        CronProblem::OutOfRange { field, number } => {
            let number = clip(number);
            match field {
                Field::DayOfWeek => write!(f, "{field} {number}: use 0-7, 0 and 7 are Sunday"),
                Field::Hour => write!(f, "{field} {number}: use 0-23, 0 is midnight"),
                Field::Month => write!(f, "{field} {number}: use 1-12, 1 is January"),
                _ => write!(f, "{field} {number}: use {}", field.usable()),
            }
        }
        CronProblem::UnknownName { field, word, nearest: Some(nearest) } => {
            write!(f, "{field} {}: did you mean {nearest}? (use {})", clip(word), field.usable())
        }
        CronProblem::UnknownName { field, word, nearest: None } => {
            write!(f, "{field} {}: there is no such name; use {}", clip(word), field.usable())
        }
        CronProblem::StepZero { field } => write!(f, "{field} step 0: a step is 1 or more"),
        CronProblem::StepBeyond { field, step, text, from } => {
            write!(f, "{field} {}: a step of {} leads beyond the end, so that only {from} would match: write {from}, or ", clip(text), clip(step))?;
            match (field, text.starts_with('*') && step.len() < 5) {
                (Field::Second, true) => write!(f, r#"`every = "{step}s"`"#),
                (Field::Minute, true) => write!(f, r#"`every = "{step}m"`"#),
                (Field::Hour, true) => write!(f, r#"`every = "{step}h"`"#),
                _ => f.write_str("a smaller step"),
            }
        }
        CronProblem::Backwards { field, from, to } => {
            let (least, most) = (field.least(), field.most());
            write!(f, "{field} {from}-{to}: the range ends before it begins: write {to}-{from}, or {from}-{most},{least}-{to} to go around the end")
        }
        CronProblem::Question { field } => write!(f, "{field} ?: only a day field has `?`; write *"),
        CronProblem::Elsewhere { sign, field, belongs } => {
            write!(f, "{field} has no `{sign}`: it belongs to {belongs}; use {}", field.usable())
        }
        CronProblem::NoWeekday => f.write_str("day-of-week L: say the last of which weekday, such as 5L or FRIL"),
        CronProblem::NoDay => f.write_str("day-of-month W: say the weekday nearest to which day, such as 15W or LW"),
        CronProblem::LastBeyond { days } => {
            write!(f, "day-of-month L-{}: use L for the last day, or L-1 to L-30", clip(days))
        }
        CronProblem::Nth { weekday, nth } => {
            write!(f, "day-of-week {weekday}#{}: a month has at most five of a weekday; use {weekday}#1 to {weekday}#5", clip(nth))
        }
        CronProblem::EmptyElement { field } => {
            write!(f, "{field}: a comma stands between two values; remove it, or write what is missing")
        }
        CronProblem::OpenRange { field, text } => {
            write!(f, "{field} {}: a range has two ends; use {}", clip(text), field.usable())
        }
        CronProblem::OpenStep { field, text } => {
            write!(f, "{field} {}: the step is missing; write a number behind the `/`", clip(text))
        }
        CronProblem::Foreign { field, character: '‐'..='―' | '−' } => {
            write!(f, "{field}: this dash is not the `-` of the keyboard; write `-`")
        }
        CronProblem::Foreign { field, character } => {
            write!(f, "{field}: `{}` has no meaning here; use {}", character.escape_debug(), field.usable())
        }
        CronProblem::NotUnderstood { field, text } => {
            write!(f, "{field} {}: use {}, a range, a step or a list", clip(text), field.usable())
        }
        CronProblem::Never { day, months, longest } => {
            let day = clip(day);
            match months.as_slice() {
                [month] => write!(f, "day-of-month {day} never comes: {month} has at most {longest} days"),
                months => {
                    let months = months.join(" or ");
                    write!(f, "day-of-month {day} never comes: {months} has at most {longest} days")
                }
            }
        }
        CronProblem::NeverTogether { by_month, by_week } => {
            let (by_month, by_week) = (clip(by_month), clip(by_week));
            write!(f, r#"day-of-month {by_month} and day-of-week {by_week} never fall on one day: change one of them, or write `days = "any"`"#)
        }
        CronProblem::DaysUnsaid => f.write_str(
            r#"both day fields are restricted: say with `days = "any"` that one of them is enough, or with `days = "all"` that both have to hold"#,
        ),
        CronProblem::DaysWithoutEffect { restricted } => {
            match restricted {
                Some(field) => write!(f, "only {field} is restricted")?,
                None => f.write_str("neither day field is restricted")?,
            }
            f.write_str(", so that `days` has no effect: remove `days`, or restrict both day fields")
        }
    }
}

/// A text as it fits into a sentence.
fn clip(text: &str) -> String {
    const MOST: usize = 30;
    let shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() { shown + "…" } else { shown }
}
