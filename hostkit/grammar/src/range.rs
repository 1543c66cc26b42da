//! `1s..5m` goes in, its two ends come out.

use crate::duration::{self, DurationProblem, show};
use crate::sentence::{Sentence, errors};
use std::time::Duration;

/// Why a text is no range of durations. Its `Display` says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RangeProblem {
    /// No `..`, such as `5s`.
    NotARange {
        /// The text as written.
        text: String,
    },
    /// `..=`, which Rust has and this grammar has not.
    Inclusive {
        /// The range as it would be right.
        help: String,
    },
    /// One end is missing, as in `1s..`.
    Open,
    /// One end is no duration.
    End(DurationProblem),
    /// It begins later than it ends.
    Backwards {
        /// The first duration.
        from: Duration,
        /// The second, which is shorter.
        to: Duration,
    },
}

impl RangeProblem {
    /// What is wrong, and what to do about it.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NotARange { text } if duration::parse(text).is_ok() => Sentence::new(
                format!(r#""{text}" is one duration"#),
                format!(r#"write a range of two, such as "{text}..{text}""#),
            ),
            Self::NotARange { text } => Sentence::new(
                format!(r#""{text}" is no range"#),
                r#"write two durations with `..` between, such as "1s..1m""#,
            ),
            Self::Inclusive { help } => Sentence::new(
                "a range is written with `..`, and both ends belong to it",
                format!(r#"write "{help}""#),
            ),
            Self::Open => Sentence::new("a range has two ends", r#"write both, such as "1s..1m""#),
            Self::End(problem) => problem.sentence(),
            Self::Backwards { from, to } => Sentence::new(
                "the range ends before it begins",
                format!(r#"write "{}..{}""#, show(*to), show(*from)),
            ),
        }
    }
}

errors!(RangeProblem);

/// Reads a range such as `1s..5m`; the first end is never longer than the second.
///
/// ```
/// use hostkit_grammar::range::parse;
/// use std::time::Duration;
///
/// assert_eq!(parse("1s..1m"), Ok((Duration::from_secs(1), Duration::from_secs(60))));
/// assert_eq!(parse("1m..1s").unwrap_err().to_string(), r#"the range ends before it begins: write "1s..1m""#);
/// ```
///
/// # Errors
/// A [`RangeProblem`] for anything else.
pub fn parse(text: &str) -> Result<(Duration, Duration), RangeProblem> {
    let Some((from, to)) = text.split_once("..") else {
        return Err(RangeProblem::NotARange { text: text.to_owned() });
    };
    if let Some(to) = to.strip_prefix('=') {
        return Err(RangeProblem::Inclusive { help: format!("{}..{}", from.trim(), to.trim()) });
    }
    if from.trim().is_empty() || to.trim().is_empty() {
        return Err(RangeProblem::Open);
    }
    let from = duration::parse(from).map_err(RangeProblem::End)?;
    let to = duration::parse(to).map_err(RangeProblem::End)?;
    if from > to { Err(RangeProblem::Backwards { from, to }) } else { Ok((from, to)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn reads_two_durations() {
        assert_eq!(parse("250ms .. 1m 30s"), Ok((Duration::from_millis(250), Duration::from_secs(90))));
        assert_eq!(parse("1s..1s"), Ok((Duration::from_secs(1), Duration::from_secs(1))));
    }

    #[test]
    fn every_problem_says_what_would_be_right() {
        assert!(problem("5s").contains(r#""5s..5s""#));
        assert!(problem("soon").contains(r#""1s..1m""#));
        assert!(problem("1s..=1m").contains(r#""1s..1m""#));
        assert!(problem("1s..").contains("both"));
        assert!(problem("1..1m").contains(r#""1s" for seconds"#));
        assert!(problem("5m..1s").contains(r#""1s..5m""#));
    }
}
