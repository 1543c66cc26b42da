//! One element of a field's list goes in, such as `9-17/2`, the set of what it means comes out.

use super::field::{Field, WEEKDAYS};
use super::problem::CronProblem;

/// What one element of a list means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    /// A bit for each number. `single` is a number by itself, `all` a `*` or `?`.
    Set { bits: u64, single: bool, all: bool },
    /// `L-3`, with `W` at its end or not.
    Back { days: u8, weekday: bool },
    /// `15W`
    Near { day: u8 },
    /// `5L`
    Last { weekday: u8 },
    /// `5#2`
    Nth { weekday: u8, nth: u8 },
}

impl Element {
    /// The length that a month needs for this element of day-of-month ever to come.
    pub(crate) fn needs(self) -> u8 {
        match self {
            Element::Set { bits, .. } => bits.trailing_zeros() as u8,
            Element::Back { days, .. } => days + 1,
            Element::Near { day } => day,
            Element::Last { .. } | Element::Nth { .. } => 0,
        }
    }
}

/// Reads one element.
pub(crate) fn read(field: Field, text: &str) -> Result<Element, CronProblem> {
    if text.is_empty() {
        return Err(CronProblem::EmptyElement { field });
    }
    if let Some(character) = text.chars().find(|c| !c.is_ascii_graphic()) {
        return Err(CronProblem::Foreign { field, character });
    }
    if text == "?" {
        return if field.is_day() { Ok(all(field)) } else { Err(CronProblem::Question { field }) };
    }
    let upper = text.to_ascii_uppercase();
    if upper.contains('#') {
        return nth(field, text);
    }
    let (about_last, about_near) = (upper.starts_with('L'), ends_a_number(&upper, 'W') || upper == "W");
    match field {
        Field::DayOfMonth if about_last => back(&upper, text),
        Field::DayOfMonth if about_near => near(&upper),
        Field::DayOfWeek if upper == "L" => Err(CronProblem::NoWeekday),
        Field::DayOfWeek if upper.len() > 1 && upper.ends_with('L') && !upper.contains(['-', '/']) => {
            Ok(Element::Last { weekday: number(field, &text[..text.len() - 1])? % 7 })
        }
        _ if upper == "L" || upper == "LW" || upper.starts_with("L-") => {
            Err(CronProblem::Elsewhere { sign: 'L', field, belongs: Field::DayOfMonth })
        }
        _ if ends_a_number(&upper, 'L') => {
            Err(CronProblem::Elsewhere { sign: 'L', field, belongs: Field::DayOfWeek })
        }
        _ if about_near => Err(CronProblem::Elsewhere { sign: 'W', field, belongs: Field::DayOfMonth }),
        _ => set(field, text),
    }
}

/// `15W`, for a sign `W`.
fn ends_a_number(upper: &str, sign: char) -> bool {
    upper.strip_suffix(sign).is_some_and(|number| !number.is_empty() && digits(number))
}

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `FRI#2`
fn nth(field: Field, text: &str) -> Result<Element, CronProblem> {
    if field != Field::DayOfWeek {
        return Err(CronProblem::Elsewhere { sign: '#', field, belongs: Field::DayOfWeek });
    }
    let Some((weekday, nth)) = text.split_once('#') else { return Err(unreadable(field, text)) };
    if weekday.is_empty() || nth.is_empty() || !digits(nth) {
        return Err(unreadable(field, text));
    }
    let weekday = number(field, weekday)? % 7;
    match nth.parse() {
        Ok(nth @ 1..=5) => Ok(Element::Nth { weekday, nth }),
        _ => Err(CronProblem::Nth { weekday: WEEKDAYS[usize::from(weekday)], nth: nth.to_owned() }),
    }
}

/// `L`, `L-3`, `LW`, `L-3W`
fn back(upper: &str, text: &str) -> Result<Element, CronProblem> {
    let days = upper.strip_suffix('W').unwrap_or(upper);
    let weekday = days.len() < upper.len();
    match days.strip_prefix("L-") {
        None if days == "L" => Ok(Element::Back { days: 0, weekday }),
        Some(days) if !days.is_empty() && digits(days) => match days.parse() {
            Ok(days @ 1..=30) => Ok(Element::Back { days, weekday }),
            _ => Err(CronProblem::LastBeyond { days: days.to_owned() }),
        },
        _ => Err(unreadable(Field::DayOfMonth, text)),
    }
}

/// `15W`
fn near(upper: &str) -> Result<Element, CronProblem> {
    match upper.strip_suffix('W') {
        None | Some("") => Err(CronProblem::NoDay),
        Some(day) => Ok(Element::Near { day: number(Field::DayOfMonth, day)? }),
    }
}

/// Numbers, names, ranges and steps.
fn set(field: Field, text: &str) -> Result<Element, CronProblem> {
    let (base, step) = match text.split_once('/') {
        Some((base, step)) => (base, Some(step)),
        None => (text, None),
    };
    let (from, to) = match base.split_once('-') {
        _ if base == "*" => (field.least(), field.most()),
        _ if base.is_empty() => return Err(unreadable(field, text)),
        Some((from, to)) if from.is_empty() || to.contains('-') => return Err(unreadable(field, text)),
        Some((_, "")) => return Err(CronProblem::OpenRange { field, text: text.to_owned() }),
        Some((from, to)) => range(field, number(field, from)?, number(field, to)?)?,
        None if step.is_some() => (number(field, base)? % (field.most() + 1), field.most()),
        None => {
            let number = number(field, base)?;
            return Ok(Element::Set { bits: bit(field, number), single: true, all: false });
        }
    };
    let by = match step {
        Some(step) => read_step(field, step, text, from, to)?,
        None if base == "*" => return Ok(all(field)),
        None => 1,
    };
    let bits = (from..=to).step_by(usize::from(by)).fold(0, |bits, number| bits | bit(field, number));
    Ok(Element::Set { bits, single: false, all: base == "*" && by == 1 })
}

/// The two ends such that the second is never less: what goes around the end goes on counting.
fn range(field: Field, from: u8, to: u8) -> Result<(u8, u8), CronProblem> {
    let around = field.most() - field.least() + 1;
    match (from <= to, field.is_round()) {
        (true, _) => Ok((from, to)),
        (false, true) => Ok((from, to + around)),
        (false, false) => Err(CronProblem::Backwards { field, from, to }),
    }
}

fn read_step(field: Field, step: &str, text: &str, from: u8, to: u8) -> Result<u8, CronProblem> {
    if step.is_empty() {
        return Err(CronProblem::OpenStep { field, text: text.to_owned() });
    }
    if !digits(step) {
        return Err(unreadable(field, text));
    }
    match step.parse() {
        Ok(0) => Err(CronProblem::StepZero { field }),
        Ok(step) if step <= to - from || step == 1 => Ok(step),
        _ => Err(CronProblem::StepBeyond { field, step: step.to_owned(), text: text.to_owned(), from }),
    }
}

/// A number or a name.
fn number(field: Field, text: &str) -> Result<u8, CronProblem> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(unreadable(field, text));
    }
    if digits(text) {
        let most = if field == Field::DayOfWeek { 7 } else { field.most() };
        let number = text.parse().ok().filter(|number| (field.least()..=most).contains(number));
        return number.ok_or_else(|| CronProblem::OutOfRange { field, number: text.to_owned() });
    }
    if text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(unreadable(field, text));
    }
    let unknown = || CronProblem::UnknownName { field, word: text.to_owned(), nearest: field.nearest(text) };
    field.number_of(text).ok_or_else(unknown)
}

/// The bit of a number that may have gone around the end once.
fn bit(field: Field, number: u8) -> u64 {
    let around = field.most() - field.least() + 1;
    1 << if number > field.most() { number - around } else { number }
}

fn all(field: Field) -> Element {
    let bits = (field.least()..=field.most()).fold(0, |bits, number| bits | 1 << number);
    Element::Set { bits, single: false, all: true }
}

fn unreadable(field: Field, text: &str) -> CronProblem {
    CronProblem::NotUnderstood { field, text: text.to_owned() }
}
