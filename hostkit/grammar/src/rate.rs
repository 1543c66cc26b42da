//! `100/s` goes in, a number and the time that it is for come out.

use crate::sentence::{Sentence, errors};
use crate::suggest::Suggestion;
use std::fmt;
use std::time::Duration;

/// So many in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many; never 0.
    pub count: u32,
    /// In how much time.
    pub per: Duration,
}

const UNITS: [(&str, u64); 4] = [("s", 1), ("m", 60), ("h", 60 * 60), ("d", 24 * 60 * 60)];

/// Why a text is no rate. Its `Display` says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateProblem {
    /// No `/`, such as `100`.
    NotARate {
        /// The text as written.
        text: String,
    },
    /// What stands before the `/` is no whole number.
    NotANumber {
        /// That part as written.
        number: String,
    },
    /// `0/s`, which lets nothing through.
    Zero,
    /// What stands after the `/` is no unit.
    NotAUnit {
        /// That part as written.
        unit: String,
        /// The unit that was probably meant.
        meant: Option<&'static str>,
    },
}

impl RateProblem {
    /// What is wrong, and what to do about it.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NotARate { text } if text.parse::<u32>().is_ok() => Sentence::new(
                format!(r#""{text}" has no unit of time"#),
                format!(r#"write "{text}/s" for so many a second"#),
            ),
            Self::NotARate { text } => Sentence::new(
                format!("{text:?} is no rate"),
                r#"write a number and a unit of time, such as "100/s""#,
            ),
            Self::NotANumber { number } => Sentence::new(
                format!("{number:?} stands where a whole number should"),
                r#"write one, such as "100/s""#,
            ),
            Self::Zero => {
                Sentence::new("a rate of 0 lets nothing through", "write 1 or more, or leave it out")
            }
            Self::NotAUnit { unit, meant: Some(meant) } => Sentence::new(
                format!("{unit:?} is no unit of a rate"),
                Suggestion::new([*meant]).in_quotes().among("s, m, h, d"),
            ),
            Self::NotAUnit { unit, meant: None } => Sentence::new(
                format!("{unit:?} is no unit of a rate"),
                r#"the units are s, m, h and d, as in "100/s""#,
            ),
        }
    }
}

errors!(RateProblem);

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.iter().find(|(_, seconds)| Duration::from_secs(*seconds) == self.per);
        match unit {
            Some((unit, _)) => write!(f, "{}/{unit}", self.count),
            None => write!(f, "{} in {}", self.count, crate::duration::show(self.per)),
        }
    }
}

/// Reads a rate such as `100/s`, `5/m` or `1000/h`.
///
/// ```
/// use hostkit_grammar::rate::parse;
/// use std::time::Duration;
///
/// let rate = parse("100/s")?;
/// assert_eq!((rate.count, rate.per), (100, Duration::from_secs(1)));
/// assert_eq!(rate.to_string(), "100/s");
/// # Ok::<(), hostkit_grammar::rate::RateProblem>(())
/// ```
///
/// # Errors
/// What is wrong, with the help.
pub fn parse(text: &str) -> Result<Rate, RateProblem> {
    let not_a_rate = || RateProblem::NotARate { text: text.trim().to_owned() };
    let (number, unit) = text.split_once('/').ok_or_else(not_a_rate)?;
    let (number, unit) = (number.trim(), unit.trim());
    let count: u32 = match number.replace('_', "").parse() {
        Ok(count) if number.starts_with(|c: char| c.is_ascii_digit()) => count,
        _ => return Err(RateProblem::NotANumber { number: number.to_owned() }),
    };
    if count == 0 {
        return Err(RateProblem::Zero);
    }
    match UNITS.iter().find(|(known, _)| *known == unit) {
        Some((_, seconds)) => Ok(Rate { count, per: Duration::from_secs(*seconds) }),
        None => Err(RateProblem::NotAUnit { unit: unit.to_owned(), meant: meant(unit) }),
    }
}

/// `sec`, `minute`, `Hours`, `1s`: the unit that they begin with.
fn meant(unit: &str) -> Option<&'static str> {
    let word = unit.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').to_lowercase();
    let spelled = ["second", "minute", "hour", "day"].iter().zip(UNITS);
    let mut spelled = spelled.filter(|(long, _)| {
        !word.is_empty()
            && (long.starts_with(&word) || word.starts_with(*long) || word == long[..3.min(long.len())])
    });
    spelled.next().map(|(_, (unit, _))| unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_rate_is_told_what_would_be_right() {
        for (text, told) in [
            ("100", r#""100" has no unit of time: write "100/s" for so many a second"#),
            ("", r#""" is no rate: write a number and a unit of time, such as "100/s""#),
            ("fast", r#""fast" is no rate: write a number and a unit of time, such as "100/s""#),
            ("0/s", "a rate of 0 lets nothing through: write 1 or more, or leave it out"),
            ("1.5/s", r#""1.5" stands where a whole number should: write one, such as "100/s""#),
            ("-1/s", r#""-1" stands where a whole number should: write one, such as "100/s""#),
            ("/s", r#""" stands where a whole number should: write one, such as "100/s""#),
            (
                "5000000000/s",
                r#""5000000000" stands where a whole number should: write one, such as "100/s""#,
            ),
            ("1/min", r#""min" is no unit of a rate: did you mean "m"? (possible: s, m, h, d)"#),
            ("1/hours", r#""hours" is no unit of a rate: did you mean "h"? (possible: s, m, h, d)"#),
            ("1/1s", r#""1s" is no unit of a rate: did you mean "s"? (possible: s, m, h, d)"#),
            ("1/", r#""" is no unit of a rate: the units are s, m, h and d, as in "100/s""#),
            ("1/parsec", r#""parsec" is no unit of a rate: the units are s, m, h and d, as in "100/s""#),
            ("1/s/s", r#""s/s" is no unit of a rate: the units are s, m, h and d, as in "100/s""#),
        ] {
            assert_eq!(parse(text).map_err(|problem| problem.to_string()), Err(told.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn rates_are_read() {
        for (text, count, per) in
            [("100/s", 100, 1), (" 5 / m ", 5, 60), ("1_000/h", 1000, 3600), ("1/d", 1, 86400)]
        {
            assert_eq!(parse(text), Ok(Rate { count, per: Duration::from_secs(per) }));
        }
    }
}
