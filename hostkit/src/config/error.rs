//! What serde is told of a value that can't be read: the cause, and where it is as soon as somebody knows.

use std::fmt::{self, Display};

use serde_core::de::{self, Expected, Unexpected};

use super::key_path::KeyPath;
use super::problem::{ExpectedValue, SectionProblemKind};

pub(super) type ReadResult<T> = std::result::Result<T, ReadError>;

/// Why a read did not come to its end.
#[derive(Debug)]
pub(super) struct ReadError(Box<ReadErrorInner>);

struct ReadErrorInner {
    cause: SectionProblemKind,
    /// Of [`SectionProblemKind::Missing`].
    field: Option<&'static str>,
    at: Option<KeyPath>,
    met: Option<RejectedValue>,
}

/// The value that a type was not pleased with, as serde saw it.
#[derive(Clone, PartialEq)]
pub(super) enum RejectedValue {
    Flag(bool),
    Whole(i128),
    Fraction(f64),
    Text(String),
    List,
    Table,
}

impl RejectedValue {
    fn of(met: Unexpected<'_>) -> Option<Self> {
        Some(match met {
            Unexpected::Bool(flag) => RejectedValue::Flag(flag),
            Unexpected::Unsigned(number) => RejectedValue::Whole(number.into()),
            Unexpected::Signed(number) => RejectedValue::Whole(number.into()),
            Unexpected::Float(number) => RejectedValue::Fraction(number),
            Unexpected::Str(text) => RejectedValue::Text(text.to_owned()),
            Unexpected::Seq => RejectedValue::List,
            Unexpected::Map => RejectedValue::Table,
            _ => return None,
        })
    }
}

impl ReadError {
    pub(super) fn wanted(wanted: ExpectedValue) -> Self {
        SectionProblemKind::Wanted(wanted).into()
    }

    /// The innermost value that was being read is the one that is wrong.
    pub(super) fn at(mut self, path: &KeyPath) -> Self {
        self.0.at.get_or_insert_with(|| path.clone());
        self
    }

    /// What was met instead of what was wanted.
    pub(super) fn met(&self) -> Option<RejectedValue> {
        self.0.met.clone()
    }

    fn meeting(mut self, met: Unexpected<'_>) -> Self {
        self.0.met = RejectedValue::of(met);
        self
    }

    pub(super) fn into_parts(self) -> (KeyPath, SectionProblemKind) {
        let ReadErrorInner { cause, field, at, .. } = *self.0;
        let at = at.unwrap_or_default();
        (field.map_or_else(|| at.clone(), |field| at.key(field)), cause)
    }
}

impl From<SectionProblemKind> for ReadError {
    fn from(cause: SectionProblemKind) -> Self {
        ReadError(Box::new(ReadErrorInner { cause, field: None, at: None, met: None }))
    }
}

impl de::Error for ReadError {
    fn custom<T: Display>(says: T) -> Self {
        SectionProblemKind::Said(says.to_string()).into()
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
        SectionProblemKind::Word(words).into()
    }

    fn missing_field(field: &'static str) -> Self {
        ReadError(Box::new(ReadErrorInner {
            cause: SectionProblemKind::Missing,
            field: Some(field),
            at: None,
            met: None,
        }))
    }
}

/// How serde's types describe themselves, in words of configuration.
fn kind(expected: String) -> ExpectedValue {
    match &*expected {
        "a boolean" => ExpectedValue::Flag,
        "a string" | "a borrowed string" => ExpectedValue::Text,
        "a sequence" => ExpectedValue::List,
        "a map" => ExpectedValue::Table,
        "a character" => ExpectedValue::Letter,
        "unit" => ExpectedValue::Nothing,
        "u8" => ExpectedValue::Whole(0, u8::MAX.into()),
        "u16" => ExpectedValue::Whole(0, u16::MAX.into()),
        "u32" => ExpectedValue::Whole(0, u32::MAX.into()),
        "u64" | "usize" => ExpectedValue::Whole(0, u64::MAX.into()),
        "i8" => ExpectedValue::Whole(i8::MIN.into(), i8::MAX as u128),
        "i16" => ExpectedValue::Whole(i16::MIN.into(), i16::MAX as u128),
        "i32" => ExpectedValue::Whole(i32::MIN.into(), i32::MAX as u128),
        "i64" | "isize" => ExpectedValue::Whole(i64::MIN.into(), i64::MAX as u128),
        "f32" | "f64" => ExpectedValue::Number,
        described if described.starts_with("struct ") && !described.contains(" with ") => {
            ExpectedValue::Table
        }
        _ => ExpectedValue::Other(expected),
    }
}

impl fmt::Debug for ReadErrorInner {
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
