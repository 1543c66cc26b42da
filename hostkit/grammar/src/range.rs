//! `1s..5m` goes in, its two ends come out.

use crate::duration::{self, DurationFault, show};
use std::fmt;
use std::time::Duration;

/// Why a text is no range of durations. Its `Display` says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RangeFault {
    /// No `..`, such as `5s`.
    NotARange {
        /// The text as written.
        text: String,
    },
    /// `..=`, which Rust has and this grammar has not.
    Inclusive {
        /// The range as it would be right.
        mend: String,
    },
    /// One end is missing, as in `1s..`.
    Open,
    /// One end is no duration.
    End(DurationFault),
    /// It begins later than it ends.
    Backwards {
        /// The first duration.
        from: Duration,
        /// The second, which is shorter.
        to: Duration,
    },
}

impl fmt::Display for RangeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotARange { text } => match duration::parse(text) {
                Ok(_) => {
                    write!(f, r#""{text}" is one duration: write a range of two, such as "{text}..{text}""#)
                }
                Err(_) => write!(
                    f,
                    r#""{text}" is no range: write two durations with `..` between, such as "1s..1m""#
                ),
            },
            Self::Inclusive { mend } => {
                write!(f, r#"a range is written with `..`, and both ends belong to it: write "{mend}""#)
            }
            Self::Open => f.write_str(r#"a range has two ends: write both, such as "1s..1m""#),
            Self::End(fault) => fault.fmt(f),
            Self::Backwards { from, to } => {
                write!(f, r#"the range ends before it begins: write "{}..{}""#, show(*to), show(*from))
            }
        }
    }
}

impl std::error::Error for RangeFault {}

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
/// A [`RangeFault`] for anything else.
pub fn parse(text: &str) -> Result<(Duration, Duration), RangeFault> {
    let Some((from, to)) = text.split_once("..") else {
        return Err(RangeFault::NotARange { text: text.to_owned() });
    };
    if let Some(to) = to.strip_prefix('=') {
        return Err(RangeFault::Inclusive { mend: format!("{}..{}", from.trim(), to.trim()) });
    }
    if from.trim().is_empty() || to.trim().is_empty() {
        return Err(RangeFault::Open);
    }
    let from = duration::parse(from).map_err(RangeFault::End)?;
    let to = duration::parse(to).map_err(RangeFault::End)?;
    if from > to { Err(RangeFault::Backwards { from, to }) } else { Ok((from, to)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn reads_two_durations() {
        assert_eq!(parse("250ms .. 1m 30s"), Ok((Duration::from_millis(250), Duration::from_secs(90))));
        assert_eq!(parse("1s..1s"), Ok((Duration::from_secs(1), Duration::from_secs(1))));
    }

    #[test]
    fn every_fault_says_what_would_be_right() {
        assert!(fault("5s").contains(r#""5s..5s""#));
        assert!(fault("soon").contains(r#""1s..1m""#));
        assert!(fault("1s..=1m").contains(r#""1s..1m""#));
        assert!(fault("1s..").contains("both"));
        assert!(fault("1..1m").contains(r#""1s" for seconds"#));
        assert!(fault("5m..1s").contains(r#""1s..5m""#));
    }
}
