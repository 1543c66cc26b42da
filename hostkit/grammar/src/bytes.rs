//! `16MiB` goes in, a number of bytes comes out; [`show`] is the way back.
//!
//! A number always has a unit, and nothing is rounded. `MiB` is 1024 × 1024 bytes, `MB` is 1000 × 1000.

use crate::sentence::{Sentence, errors};
use crate::suggest::nearest;

/// The units from large to small, each in bytes: those of 1024 first, since they are shown first.
const UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

/// Why a text is no size. Its `Display` says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BytesProblem {
    /// Nothing is written.
    Empty,
    /// It begins with a minus.
    Negative,
    /// A number without a unit, such as `16`.
    NoUnit {
        /// The number as written.
        number: String,
    },
    /// A unit without a number, such as `MiB`.
    NoNumber {
        /// What stands where a number should.
        found: String,
    },
    /// A fraction, such as `1.5GiB`.
    Fraction {
        /// The text as written.
        text: String,
        /// The same size in a whole number, where it has one.
        whole: Option<String>,
    },
    /// A unit that there is not, such as `16M`.
    UnknownUnit {
        /// The number before it.
        number: String,
        /// The unit as written.
        unit: String,
        /// The unit that is probably meant, and the other one that it could be.
        meant: Option<(&'static str, Option<&'static str>)>,
    },
    /// More than 64 bits can count.
    TooLarge,
}

impl BytesProblem {
    /// What is wrong, and what to do about it.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Empty => {
                Sentence::new("a size is missing", r#"write a number and a unit, such as "16MiB""#)
            }
            Self::Negative => {
                Sentence::new("a size cannot be negative", r#"write it without the `-`, such as "16MiB""#)
            }
            Self::NoUnit { number } => Sentence::new(
                format!(r#""{number}" has no unit"#),
                format!(r#"write "{number}B" for bytes or "{number}MiB" for mebibytes"#),
            ),
            Self::NoNumber { found } => Sentence::new(
                format!("`{}` stands where a number should", found.escape_debug()),
                r#"write a number and a unit, such as "16MiB""#,
            ),
            Self::Fraction { text, whole } => Sentence::new(
                format!(r#""{text}" is a fraction"#),
                match whole {
                    Some(whole) => format!(r#"write it as a whole number, "{whole}""#),
                    None => "write a whole number of a smaller unit".to_owned(),
                },
            ),
            Self::UnknownUnit { number, unit, meant } => Sentence::new(
                format!("`{}` is no unit of size", unit.escape_debug()),
                match meant {
                    Some((meant, Some(other))) => format!(
                        r#"write "{number}{meant}" for units of 1024 or "{number}{other}" for units of 1000"#
                    ),
                    Some((meant, None)) => format!(r#"write "{number}{meant}""#),
                    None => {
                        "the units are `B`, `KiB`, `MiB`, `GiB`, `TiB`, and `kB`, `MB`, `GB`, `TB` for those of 1000"
                            .to_owned()
                    }
                },
            ),
            Self::TooLarge => {
                Sentence::new("a size is at most 64 bits", format!(r#"write "{}" or less"#, show(u64::MAX)))
            }
        }
    }
}

errors!(BytesProblem);

/// Reads a size such as `512B`, `16MiB` or `1 GB`.
///
/// ```
/// use hostkit_grammar::bytes::parse;
///
/// assert_eq!(parse("16MiB")?, 16 * 1024 * 1024);
/// assert_eq!(parse("16").unwrap_err().to_string(), r#""16" has no unit: write "16B" for bytes or "16MiB" for mebibytes"#);
/// # Ok::<(), hostkit_grammar::bytes::BytesProblem>(())
/// ```
///
/// # Errors
/// A [`BytesProblem`] for anything else.
pub fn parse(text: &str) -> Result<u64, BytesProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BytesProblem::Empty);
    }
    if text.starts_with(['-', '−']) {
        return Err(BytesProblem::Negative);
    }
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(text.len());
    let (number, unit) = (&text[..end], text[end..].trim_start());
    let digits: String = number.chars().filter(|c| *c != '_').collect();
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(BytesProblem::NoNumber {
            found: text.split_whitespace().next().unwrap_or(text).to_owned(),
        });
    }
    if unit.is_empty() {
        return Err(BytesProblem::NoUnit { number: number.to_owned() });
    }
    let Some((_, bytes)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(BytesProblem::UnknownUnit {
            number: number.to_owned(),
            unit: unit.to_owned(),
            meant: meant(unit),
        });
    };
    if digits.contains('.') {
        let whole = fraction(&digits, *bytes).map(show);
        return Err(BytesProblem::Fraction { text: format!("{number}{unit}"), whole });
    }
    digits.parse::<u64>().ok().and_then(|amount| amount.checked_mul(*bytes)).ok_or(BytesProblem::TooLarge)
}

/// The unit that a wrong one probably means; `M` can mean two.
fn meant(unit: &str) -> Option<(&'static str, Option<&'static str>)> {
    let lower = unit.to_lowercase();
    let known =
        |name: &str| UNITS.iter().map(|(known, _)| *known).find(|known| known.eq_ignore_ascii_case(name));
    if let Some(known) = known(&lower) {
        return Some((known, None));
    }
    if matches!(&*lower, "byte" | "bytes") {
        return Some(("B", None));
    }
    if matches!(&*lower, "k" | "m" | "g" | "t") {
        return Some((known(&format!("{lower}ib"))?, known(&format!("{lower}b"))));
    }
    nearest(&lower, ["kib", "mib", "gib", "tib"]).and_then(known).map(|near| (near, None))
}

/// The exact value of a decimal fraction of a unit, if it is a whole number of bytes.
fn fraction(number: &str, bytes: u64) -> Option<u64> {
    let (whole, decimals) = number.split_once('.')?;
    let scale = 10u64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let part = decimals.parse::<u64>().ok()?.checked_mul(bytes)?;
    let exact = part % scale == 0;
    exact.then_some(())?;
    whole.parse::<u64>().ok()?.checked_mul(bytes)?.checked_add(part / scale)
}

/// The size in the largest unit that it is a whole number of; [`parse`] reads it back to the same value.
///
/// ```
/// use hostkit_grammar::bytes::show;
///
/// assert_eq!(show(16 * 1024 * 1024), "16MiB");
/// assert_eq!(show(1_500), "1500B");
/// assert_eq!(show(2_000_000), "2MB");
/// ```
pub fn show(bytes: u64) -> String {
    let whole = UNITS.iter().find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit));
    let (unit, size) = whole.unwrap_or(&("B", 1));
    format!("{}{unit}", bytes / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_unit() {
        for (text, bytes) in [
            ("0B", 0),
            ("512B", 512),
            ("1KiB", 1024),
            (" 16 MiB ", 16 << 20),
            ("2GiB", 2 << 30),
            ("1TiB", 1 << 40),
            ("5kB", 5_000),
            ("1_000MB", 1_000_000_000),
            ("3GB", 3_000_000_000),
            ("1TB", 1_000_000_000_000),
            ("18446744073709551615B", u64::MAX),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn every_problem_says_what_would_be_right() {
        for (text, says) in [
            ("", r#"a size is missing: write a number and a unit, such as "16MiB""#),
            ("-1MiB", r#"a size cannot be negative: write it without the `-`, such as "16MiB""#),
            ("16", r#""16" has no unit: write "16B" for bytes or "16MiB" for mebibytes"#),
            ("MiB", r#"`MiB` stands where a number should: write a number and a unit, such as "16MiB""#),
            (".5MiB", r#"`.5MiB` stands where a number should: write a number and a unit, such as "16MiB""#),
            ("1.5GiB", r#""1.5GiB" is a fraction: write it as a whole number, "1536MiB""#),
            ("1.3B", r#""1.3B" is a fraction: write a whole number of a smaller unit"#),
            ("1.5.5GiB", r#""1.5.5GiB" is a fraction: write a whole number of a smaller unit"#),
            ("16M", r#"`M` is no unit of size: write "16MiB" for units of 1024 or "16MB" for units of 1000"#),
            ("16mib", r#"`mib` is no unit of size: write "16MiB""#),
            ("16KB", r#"`KB` is no unit of size: write "16kB""#),
            ("16 bytes", r#"`bytes` is no unit of size: write "16B""#),
            ("16MiBs", r#"`MiBs` is no unit of size: write "16MiB""#),
            ("16PiB", "`PiB` is no unit of size: write \"16KiB\""),
            (
                "1 parsec",
                "`parsec` is no unit of size: the units are `B`, `KiB`, `MiB`, `GiB`, `TiB`, and `kB`, `MB`, `GB`, `TB` for those of 1000",
            ),
            (
                "1MiB 1KiB",
                "`MiB 1KiB` is no unit of size: the units are `B`, `KiB`, `MiB`, `GiB`, `TiB`, and `kB`, `MB`, `GB`, `TB` for those of 1000",
            ),
            ("99999999TiB", r#"a size is at most 64 bits: write "18446744073709551615B" or less"#),
            ("99999999999999999999B", r#"a size is at most 64 bits: write "18446744073709551615B" or less"#),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), says);
        }
    }

    #[test]
    fn what_is_shown_reads_back_to_the_same() {
        for bytes in [0, 1, 1023, 1024, 1025, 1_000_000, 1 << 20, 3 << 30, 1 << 40, u64::MAX] {
            assert_eq!(parse(&show(bytes)), Ok(bytes));
        }
    }
}
