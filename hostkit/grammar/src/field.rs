//! `user.id` goes in: the path to a field of a job, whose parts are names or numbers of fields.

use std::fmt;

/// Why a text is no path to a field. Its `Display` says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The text as written.
    text: String,
    /// The part that is no field.
    part: String,
}

impl fmt::Display for FieldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, part } = self;
        match part.as_str() {
            "" => write!(f, r#"{text:?} has an empty part: write the path to a field, such as "user.id""#),
            part => write!(f, r#"{part:?} is no name of a field: write the path to one, such as "user.id""#),
        }
    }
}

impl std::error::Error for FieldFault {}

/// Checks a path such as `id`, `user.id` or `0.name`.
///
/// ```
/// use hostkit_grammar::field::check;
///
/// assert!(check("user.id").is_ok());
/// assert!(check("user.id()").is_err());
/// ```
///
/// # Errors
/// The first part that is no field.
pub fn check(text: &str) -> Result<(), FieldFault> {
    let is_field = |part: &str| {
        let name = part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_');
        name || (!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match text.split('.').find(|part| !is_field(part)) {
        None => Ok(()),
        Some(part) => Err(FieldFault { text: text.to_owned(), part: part.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_path_is_told_what_would_be_right() {
        for text in ["id", "user.id", "0", "user.0.name", "_x", "größe"] {
            assert_eq!(check(text), Ok(()));
        }
        for (text, told) in [
            ("", r#""" has an empty part: write the path to a field, such as "user.id""#),
            ("user.", r#""user." has an empty part: write the path to a field, such as "user.id""#),
            ("user.id()", r#""id()" is no name of a field: write the path to one, such as "user.id""#),
            ("user id", r#""user id" is no name of a field: write the path to one, such as "user.id""#),
            ("0x", r#""0x" is no name of a field: write the path to one, such as "user.id""#),
        ] {
            assert_eq!(check(text).map_err(|fault| fault.to_string()), Err(told.to_owned()));
        }
    }
}
