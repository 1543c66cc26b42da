//! `1m 30s` goes in, a [`Duration`] comes out; [`show`] is the way back.
//!
//! A number always has a unit, units go from large to small, and nothing is rounded: what a user reads is what runs.

use crate::sentence::{Sentence, errors};
use crate::suggest::nearest;
use std::time::Duration;

/// The units from large to small, each in nanoseconds.
const UNITS: [(&str, u64); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// What else people write for a unit, and the unit that is meant.
const ALIASES: [(&str, &str); 28] = [
    ("day", "d"),
    ("days", "d"),
    ("hour", "h"),
    ("hours", "h"),
    ("hr", "h"),
    ("hrs", "h"),
    ("min", "m"),
    ("mins", "m"),
    ("minute", "m"),
    ("minutes", "m"),
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("milli", "ms"),
    ("millis", "ms"),
    ("msec", "ms"),
    ("msecs", "ms"),
    ("millisecond", "ms"),
    ("milliseconds", "ms"),
    ("micros", "us"),
    ("microsecond", "us"),
    ("microseconds", "us"),
    ("µs", "us"),
    ("μs", "us"),
    ("nanos", "ns"),
    ("nanosecond", "ns"),
    ("nanoseconds", "ns"),
];

/// The longest duration that is accepted, a hundred years: long enough for every purpose, and short enough that adding
/// it to a clock never overflows.
pub const LONGEST: Duration = Duration::from_secs(36_500 * 86_400);

/// Why a text is no duration. Its `Display` says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DurationProblem {
    /// Nothing is written.
    Empty,
    /// It begins with a minus.
    Negative,
    /// A number without a unit, such as `10`.
    NoUnit {
        /// The number as written.
        number: String,
    },
    /// A unit without a number, such as `s`.
    NoNumber {
        /// What stands where a number should.
        found: String,
    },
    /// A fraction, such as `1.5s`.
    Fraction {
        /// The part of the text with the fraction.
        text: String,
        /// The same length of time in whole numbers, where it has one.
        whole: Option<String>,
    },
    /// A unit that there is not, such as `10w`.
    UnknownUnit {
        /// The number before it.
        number: String,
        /// The unit as written.
        unit: String,
        /// The unit that is probably meant.
        nearest: Option<&'static str>,
    },
    /// Units in another order than from large to small, or one of them twice.
    Order {
        /// The unit that comes too late.
        unit: &'static str,
        /// The unit that it follows.
        after: &'static str,
    },
    /// Longer than [`LONGEST`].
    TooLong,
}

impl DurationProblem {
    /// What is wrong, and what to do about it.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Empty => {
                Sentence::new("a duration is missing", r#"write a number and a unit, such as "10s""#)
            }
            Self::Negative => {
                Sentence::new("a duration cannot be negative", r#"write it without the `-`, such as "10s""#)
            }
            Self::NoUnit { number } => Sentence::new(
                format!(r#""{number}" has no unit"#),
                format!(r#"write "{number}s" for seconds or "{number}ms" for milliseconds"#),
            ),
            Self::NoNumber { found } => Sentence::new(
                format!("`{found}` stands where a number should"),
                r#"write a number and a unit, such as "10s" or "1m 30s""#,
            ),
            Self::Fraction { text, whole } => Sentence::new(
                format!(r#""{text}" is a fraction"#),
                match whole {
                    Some(whole) => format!(r#"write it in whole numbers, "{whole}""#),
                    None => r#"write whole numbers, such as "1s 500ms""#.to_owned(),
                },
            ),
            Self::UnknownUnit { number, unit, nearest } => Sentence::new(
                format!("`{unit}` is no unit of time"),
                match nearest {
                    Some(nearest) => format!(r#"write "{number}{nearest}""#),
                    None => "the units are `d`, `h`, `m`, `s`, `ms`, `us` and `ns`".to_owned(),
                },
            ),
            Self::Order { unit, after } if unit == after => {
                Sentence::new(format!("`{unit}` is there twice"), r#"write each unit once, such as "1m 30s""#)
            }
            Self::Order { unit, after } => Sentence::new(
                format!("`{unit}` comes after `{after}`"),
                r#"write units from large to small, such as "1m 30s""#,
            ),
            Self::TooLong => Sentence::new(
                "a duration is at most a hundred years",
                format!(r#"write "{}" or less"#, show(LONGEST)),
            ),
        }
    }
}

errors!(DurationProblem);

/// Reads a duration such as `250ms`, `10s`, `1m 30s`, `1h30m`, `2h` or `1d`.
///
/// ```
/// use hostkit_grammar::duration::parse;
/// use std::time::Duration;
///
/// assert_eq!(parse("1h30m")?, Duration::from_secs(5400));
/// assert_eq!(parse("ten").unwrap_err().to_string(),
///     r#"`ten` stands where a number should: write a number and a unit, such as "10s" or "1m 30s""#);
/// # Ok::<(), hostkit_grammar::duration::DurationProblem>(())
/// ```
///
/// # Errors
/// A [`DurationProblem`] for anything else.
pub fn parse(text: &str) -> Result<Duration, DurationProblem> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(DurationProblem::Empty);
    }
    if rest.starts_with(['-', '−']) {
        return Err(DurationProblem::Negative);
    }
    let mut total = Duration::ZERO;
    let mut before: Option<usize> = None;
    while !rest.is_empty() {
        let (amount, unit);
        (amount, unit, rest) = part(rest)?;
        if let Some(before) = before
            && before >= unit
        {
            return Err(DurationProblem::Order { unit: UNITS[unit].0, after: UNITS[before].0 });
        }
        before = Some(unit);
        total = times(amount, UNITS[unit].1)
            .and_then(|part| total.checked_add(part))
            .filter(|sum| *sum <= LONGEST)
            .ok_or(DurationProblem::TooLong)?;
    }
    Ok(total)
}

/// One number with its unit from the front of the text: the number, the index of the unit, and the rest.
fn part(text: &str) -> Result<(u64, usize, &str), DurationProblem> {
    let (number, rest) = text.split_at(length_while(text, |c| c.is_ascii_digit() || c == '.' || c == '_'));
    if number.is_empty() {
        let word = &text[..length_while(text, |c| !c.is_whitespace())];
        return Err(DurationProblem::NoNumber { found: word.to_owned() });
    }
    let rest = rest.trim_start();
    let (unit, rest) = rest.split_at(length_while(rest, |c| !c.is_ascii_digit() && !c.is_whitespace()));
    if unit.is_empty() {
        return Err(DurationProblem::NoUnit { number: number.to_owned() });
    }
    let Some(index) = UNITS.iter().position(|(name, _)| *name == unit) else {
        return Err(DurationProblem::UnknownUnit {
            number: number.to_owned(),
            unit: unit.to_owned(),
            nearest: meant(unit),
        });
    };
    if number.contains('.') {
        let whole = fraction(number, UNITS[index].1).map(show);
        return Err(DurationProblem::Fraction { text: format!("{number}{unit}"), whole });
    }
    let digits: String = number.chars().filter(|c| *c != '_').collect();
    match digits.parse() {
        Ok(amount) => Ok((amount, index, rest.trim_start())),
        Err(_) if digits.is_empty() => Err(DurationProblem::NoNumber { found: number.to_owned() }),
        Err(_) => Err(DurationProblem::TooLong),
    }
}

/// How many bytes of the text's front satisfy the condition.
fn length_while(text: &str, condition: impl Fn(char) -> bool) -> usize {
    text.find(|c| !condition(c)).unwrap_or(text.len())
}

/// The unit that a wrong one probably means.
fn meant(unit: &str) -> Option<&'static str> {
    let lower = unit.to_lowercase();
    let aliased = ALIASES.iter().find(|(alias, _)| *alias == lower).map(|(_, unit)| *unit);
    let same = || UNITS.iter().find(|(name, _)| *name == lower).map(|(name, _)| *name);
    let close = || {
        let alias = nearest(&lower, ALIASES.iter().map(|(alias, _)| *alias).filter(|alias| alias.len() > 3))?;
        ALIASES.iter().find(|(name, _)| *name == alias).map(|(_, unit)| *unit)
    };
    aliased.or_else(same).or_else(close)
}

/// `amount` units of so many nanoseconds, unless that is out of range.
fn times(amount: u64, nanos: u64) -> Option<Duration> {
    let nanos = u128::from(amount) * u128::from(nanos);
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    Some(Duration::new(seconds, (nanos % 1_000_000_000) as u32))
}

/// The exact value of a decimal fraction of a unit, if it is a whole number of nanoseconds.
fn fraction(number: &str, nanos: u64) -> Option<Duration> {
    let (whole, decimals) = number.split_once('.')?;
    let scale = 10u64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part = decimals.parse::<u64>().ok()?.checked_mul(nanos)?;
    let exact = part % scale == 0;
    exact.then_some(())?;
    times(whole, nanos)?.checked_add(Duration::from_nanos(part / scale)).filter(|sum| *sum <= LONGEST)
}

/// The shortest form that a person would write, such as `1m 30s`; [`parse`] reads it back to the same value.
///
/// ```
/// use hostkit_grammar::duration::show;
/// use std::time::Duration;
///
/// assert_eq!(show(Duration::from_secs(90)), "1m 30s");
/// assert_eq!(show(Duration::ZERO), "0s");
/// ```
pub fn show(duration: Duration) -> String {
    let mut left = duration.as_nanos();
    let mut parts = Vec::new();
    for (unit, nanos) in UNITS {
        let amount = left / u128::from(nanos);
        left %= u128::from(nanos);
        if amount > 0 {
            parts.push(format!("{amount}{unit}"));
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn reads_every_unit_alone_and_together() {
        for (text, expected) in [
            ("250ms", Duration::from_millis(250)),
            ("10s", Duration::from_secs(10)),
            ("1m 30s", Duration::from_secs(90)),
            ("1h30m", Duration::from_secs(5_400)),
            (" 2 h ", Duration::from_secs(7_200)),
            ("1d", Duration::from_secs(86_400)),
            ("7us 5ns", Duration::from_nanos(7_005)),
            ("1_000ms", Duration::from_secs(1)),
            ("0s", Duration::ZERO),
            ("36500d", LONGEST),
        ] {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn every_problem_says_what_would_be_right() {
        assert!(problem("").contains(r#"such as "10s""#));
        assert!(problem("-5s").contains("negative"));
        assert!(problem("10").contains(r#""10s" for seconds"#));
        assert!(problem("1m 30").contains(r#""30" has no unit"#));
        assert!(problem("s").contains("a number"));
        assert!(problem("10 sec").contains(r#""10s""#));
        assert!(problem("10Min").contains(r#""10m""#));
        assert!(problem("10S").contains(r#""10s""#));
        assert!(problem("10µs").contains(r#""10us""#));
        assert!(problem("3w").contains("the units are"));
        assert!(problem("1.5s").contains(r#""1s 500ms""#));
        assert!(problem("0.25h").contains(r#""15m""#));
        assert!(problem("30s 1m").contains("large to small"));
        assert!(problem("1s 2s").contains("twice"));
        assert!(problem("36501d").contains(r#""36500d""#));
        assert!(problem("99999999999999999999s").contains("hundred years"));
        assert!(problem("_s").contains("a number"));
    }

    #[test]
    fn what_is_shown_reads_back_to_the_same() {
        for nanos in [0, 1, 999, 1_000, 1_500_000_000, 90_000_000_000, 86_400_000_000_000, 93_784_005_006_007]
        {
            let duration = Duration::from_nanos(nanos);
            assert_eq!(parse(&show(duration)), Ok(duration));
        }
    }
}
