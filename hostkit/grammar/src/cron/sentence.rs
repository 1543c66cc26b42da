//! The sentence of each problem: what is wrong, and what would be right.

use super::field::Field;
use super::problem::CronProblem;
use crate::sentence::{Sentence, errors};
use crate::suggest::Suggestion;

const FIVE: &str = "minute hour day-of-month month day-of-week";

impl CronProblem {
    /// What is wrong, and what to do about it.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Empty => Sentence::new(
                "an expression is missing",
                format!(r#"write five fields, {FIVE}, such as "0 3 * * *""#),
            ),
            Self::FieldCount { count: 1 } => Sentence::new("one field", format!("write five, {FIVE}")),
            Self::FieldCount { count: 7 } => {
                Sentence::new("seven fields", format!("the year is not supported; write six, second {FIVE}"))
            }
            Self::FieldCount { count } => Sentence::new(
                format!("{count} fields"),
                format!("write five, {FIVE}, or six with the second first"),
            ),
            Self::Duration { text } => Sentence::new(
                format!("{text} is a duration, not a cron expression"),
                format!(r#"write `every = "{text}"`"#),
            ),
            Self::ZoneInside { zone } => {
                let zone = if zone.is_empty() { "Europe/Berlin".to_owned() } else { clip(zone) };
                Sentence::new(
                    "the time zone is an option of its own",
                    format!(r#"remove it here, and write `tz = "{zone}"`"#),
                )
            }
            Self::Reboot => {
                Sentence::new("`@reboot` is no schedule", "write a function with `#[on(started)]`")
            }
            Self::Every { text } => {
                let text = if text.is_empty() { "10s".to_owned() } else { clip(text) };
                Sentence::new("`@every` is an option of its own", format!(r#"write `every = "{text}"`"#))
            }
            Self::UnknownWord { word, nearest } => {
                let possible = "`@yearly`, `@monthly`, `@weekly`, `@daily`, `@hourly`";
                let otherwise = format!("write five fields, {FIVE}, or one of {possible}");
                let help = Suggestion::new(*nearest).or(otherwise);
                Sentence::new(format!("`{}` is no schedule", clip(word)), help)
            }
            Self::OutOfRange { field, number } => Sentence::new(
                format!("{field} {}", clip(number)),
                match field {
                    Field::DayOfWeek => "use 0-7, 0 and 7 are Sunday".to_owned(),
                    Field::Hour => "use 0-23, 0 is midnight".to_owned(),
                    Field::Month => "use 1-12, 1 is January".to_owned(),
                    _ => format!("use {}", field.usable()),
                },
            ),
            Self::UnknownName { field, word, nearest } => Sentence::new(
                format!("{field} {}", clip(word)),
                match Suggestion::new(*nearest).bare().question() {
                    Some(question) => format!("{question} (use {})", field.usable()),
                    None => format!("there is no such name; use {}", field.usable()),
                },
            ),
            Self::StepZero { field } => Sentence::new(format!("{field} step 0"), "a step is 1 or more"),
            Self::StepBeyond { field, step, text, from } => {
                let instead = match (field, text.starts_with('*') && step.len() < 5) {
                    (Field::Second, true) => format!(r#"`every = "{step}s"`"#),
                    (Field::Minute, true) => format!(r#"`every = "{step}m"`"#),
                    (Field::Hour, true) => format!(r#"`every = "{step}h"`"#),
                    _ => "a smaller step".to_owned(),
                };
                let step = clip(step);
                Sentence::new(
                    format!("{field} {}", clip(text)),
                    format!(
                        "a step of {step} leads beyond the end, so that only {from} would match: write {from}, or {instead}"
                    ),
                )
            }
            Self::Backwards { field, from, to } => {
                let (least, most) = (field.least(), field.most());
                Sentence::new(
                    format!("{field} {from}-{to}"),
                    format!(
                        "the range ends before it begins: write {to}-{from}, or {from}-{most},{least}-{to} to go around the end"
                    ),
                )
            }
            Self::Question { field } => {
                Sentence::new(format!("{field} ?"), "only a day field has `?`; write *")
            }
            Self::Elsewhere { sign, field, belongs } => Sentence::new(
                format!("{field} has no `{sign}`"),
                format!("it belongs to {belongs}; use {}", field.usable()),
            ),
            Self::NoWeekday => {
                Sentence::new("day-of-week L", "say the last of which weekday, such as 5L or FRIL")
            }
            Self::NoDay => {
                Sentence::new("day-of-month W", "say the weekday nearest to which day, such as 15W or LW")
            }
            Self::LastBeyond { days } => Sentence::new(
                format!("day-of-month L-{}", clip(days)),
                "use L for the last day, or L-1 to L-30",
            ),
            Self::Nth { weekday, nth } => Sentence::new(
                format!("day-of-week {weekday}#{}", clip(nth)),
                format!("a month has at most five of a weekday; use {weekday}#1 to {weekday}#5"),
            ),
            Self::EmptyElement { field } => Sentence::new(
                field.to_string(),
                "a comma stands between two values; remove it, or write what is missing",
            ),
            Self::OpenRange { field, text } => Sentence::new(
                format!("{field} {}", clip(text)),
                format!("a range has two ends; use {}", field.usable()),
            ),
            Self::OpenStep { field, text } => Sentence::new(
                format!("{field} {}", clip(text)),
                "the step is missing; write a number behind the `/`",
            ),
            Self::Foreign { field, character: '‐'..='―' | '−' } => {
                Sentence::new(field.to_string(), "this dash is not the `-` of the keyboard; write `-`")
            }
            Self::Foreign { field, character } => Sentence::new(
                field.to_string(),
                format!("`{}` has no meaning here; use {}", character.escape_debug(), field.usable()),
            ),
            Self::NotUnderstood { field, text } => Sentence::new(
                format!("{field} {}", clip(text)),
                format!("use {}, a range, a step or a list", field.usable()),
            ),
            Self::Never { day, months, longest } => Sentence::new(
                format!("day-of-month {} never comes", clip(day)),
                format!("{} has at most {longest} days", months.join(" or ")),
            ),
            Self::NeverTogether { by_month, by_week } => Sentence::new(
                format!(
                    "day-of-month {} and day-of-week {} never fall on one day",
                    clip(by_month),
                    clip(by_week)
                ),
                r#"change one of them, or write `days = "any"`"#,
            ),
            Self::DaysUnsaid => Sentence::new(
                "both day fields are restricted",
                r#"say with `days = "any"` that one of them is enough, or with `days = "all"` that both have to hold"#,
            ),
            Self::DaysWithoutEffect { restricted } => {
                let which = match restricted {
                    Some(field) => format!("only {field} is restricted"),
                    None => "neither day field is restricted".to_owned(),
                };
                Sentence::new(
                    format!("{which}, so that `days` has no effect"),
                    "remove `days`, or restrict both day fields",
                )
            }
        }
    }
}

errors!(CronProblem);

/// A text as it fits into a sentence.
fn clip(text: &str) -> String {
    const MOST: usize = 30;
    let shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() { shown + "…" } else { shown }
}
