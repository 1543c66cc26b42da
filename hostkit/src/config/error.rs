//! What serde is told of a value that can't be read: the cause, and where it is as soon as somebody knows.

use std::fmt::{self, Display};

use serde_core::de::{self, Expected, Unexpected};

use super::fault::{Cause, Wanted};
use super::path::Path;

pub(super) type Result<T> = std::result::Result<T, ReadError>;

/// Why a read did not come to its end.
#[derive(Debug)]
pub(super) struct ReadError(Box<Inner>);

struct Inner {
    cause: Cause,
    /// Of [`Cause::Missing`].
    field: Option<&'static str>,
    at: Option<Path>,
    met: Option<Met>,
}

/// The value that a type was not pleased with, as serde saw it.
#[derive(Clone, PartialEq)]
pub(super) enum Met {
    Flag(bool),
    Whole(i128),
    Fraction(f64),
    Text(String),
    List,
    Table,
}

impl Met {
    fn of(met: Unexpected<'_>) -> Option<Self> {
        Some(match met {
            Unexpected::Bool(flag) => Met::Flag(flag),
            Unexpected::Unsigned(number) => Met::Whole(number.into()),
            Unexpected::Signed(number) => Met::Whole(number.into()),
            Unexpected::Float(number) => Met::Fraction(number),
            Unexpected::Str(text) => Met::Text(text.to_owned()),
            Unexpected::Seq => Met::List,
            Unexpected::Map => Met::Table,
            _ => return None,
        })
    }
}

impl ReadError {
    pub(super) fn wanted(wanted: Wanted) -> Self {
        Cause::Wanted(wanted).into()
    }

    /// The innermost value that was being read is the one that is wrong.
    pub(super) fn at(mut self, path: &Path) -> Self {
        self.0.at.get_or_insert_with(|| path.clone());
        self
    }

    /// What was met instead of what was wanted.
    pub(super) fn met(&self) -> Option<Met> {
        self.0.met.clone()
    }

    fn meeting(mut self, met: Unexpected<'_>) -> Self {
        self.0.met = Met::of(met);
        self
    }

    pub(super) fn into_parts(self) -> (Path, Cause) {
        let Inner { cause, field, at, .. } = *self.0;
        let at = at.unwrap_or_default();
        (field.map_or_else(|| at.clone(), |field| at.key(field)), cause)
    }
}

impl From<Cause> for ReadError {
    fn from(cause: Cause) -> Self {
        ReadError(Box::new(Inner { cause, field: None, at: None, met: None }))
    }
}

impl de::Error for ReadError {
    fn custom<T: Display>(says: T) -> Self {
        Cause::Said(says.to_string()).into()
    }

    fn invalid_type(met: Unexpected<'_>, expected: &dyn Expected) -> Self {
        ReadError::wanted(kind(expected.to_string())).meeting(met)
    }

    fn invalid_value(met: Unexpected<'_>, expected: &dyn Expected) -> Self {
        ReadError::wanted(kind(expected.to_string())).meeting(met)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        ReadError::wanted(kind(expected.to_string()))
    }

    fn unknown_variant(_: &str, words: &'static [&'static str]) -> Self {
        Cause::Word(words).into()
    }

    fn missing_field(field: &'static str) -> Self {
        ReadError(Box::new(Inner { cause: Cause::Missing, field: Some(field), at: None, met: None }))
    }
}

/// How serde's types describe themselves, in words of configuration.
fn kind(expected: String) -> Wanted {
    match &*expected {
        "a boolean" => Wanted::Flag,
        "a string" | "a borrowed string" => Wanted::Text,
        "a sequence" => Wanted::List,
        "a map" => Wanted::Table,
        "a character" => Wanted::Letter,
        "unit" => Wanted::Nothing,
        "u8" => Wanted::Whole(0, u8::MAX.into()),
        "u16" => Wanted::Whole(0, u16::MAX.into()),
        "u32" => Wanted::Whole(0, u32::MAX.into()),
        "u64" | "usize" => Wanted::Whole(0, u64::MAX.into()),
        "i8" => Wanted::Whole(i8::MIN.into(), i8::MAX as u128),
        "i16" => Wanted::Whole(i16::MIN.into(), i16::MAX as u128),
        "i32" => Wanted::Whole(i32::MIN.into(), i32::MAX as u128),
        "i64" | "isize" => Wanted::Whole(i64::MIN.into(), i64::MAX as u128),
        "f32" | "f64" => Wanted::Number,
        described if described.starts_with("struct ") && !described.contains(" with ") => Wanted::Table,
        _ => Wanted::Other(expected),
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadError")
    }
}

impl Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of the configuration can't be read")
    }
}

impl std::error::Error for ReadError {}
