//! `user.id` goes in: the path to a field of a job, whose parts are names or numbers of fields.

use crate::sentence::{Sentence, errors};

/// Why a text is no path to a field. Its `Display` says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The text as written.
    text: String,
    /// The part that is no field.
    part: String,
}

impl FieldProblem {
    /// What is wrong, and what to do about it.
    pub fn sentence(&self) -> Sentence {
        let Self { text, part } = self;
        match part.as_str() {
            "" => Sentence::new(
                format!("{text:?} has an empty part"),
                r#"write the path to a field, such as "user.id""#,
            ),
            part if is_number(part) => match part.parse::<u32>() {
                Ok(number) => Sentence::new(
                    format!("{part:?} is no number of a field, which has no 0 in front"),
                    format!(r#"write "{number}""#),
                ),
                Err(_) => Sentence::new(
                    format!("no tuple has a field of the number {part}"),
                    r#"write the number of one, from 0, such as "user.0""#,
                ),
            },
            part => Sentence::new(
                format!("{part:?} is no name of a field"),
                r#"write the path to one, such as "user.id""#,
            ),
        }
    }
}

errors!(FieldProblem);

/// Checks a path such as `id`, `user.id`, `0.name` or `type`. A name may be any keyword that a field can have, with `r#` or without.
///
/// ```
/// use hostkit_grammar::field::check;
///
/// assert!(check("user.id").is_ok());
/// assert!(check("user.type").is_ok());
/// assert!(check("user.id()").is_err());
/// ```
///
/// # Errors
/// The first part that is no field.
pub fn check(text: &str) -> Result<(), FieldProblem> {
    match text.split('.').find(|part| !is_field(part)) {
        None => Ok(()),
        Some(part) => Err(FieldProblem { text: text.to_owned(), part: part.to_owned() }),
    }
}

fn is_field(part: &str) -> bool {
    /// Not even `r#` makes names of these.
    const NEVER: [&str; 5] = ["_", "self", "Self", "super", "crate"];
    if is_number(part) {
        return part.parse::<u32>().is_ok() && (part == "0" || !part.starts_with('0'));
    }
    let name = part.strip_prefix("r#").unwrap_or(part);
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !NEVER.contains(&name)
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_path_is_told_what_would_be_right() {
        for text in ["id", "user.id", "0", "user.0.name", "_x", "größe", "type", "user.r#type", "r#id", "10"]
        {
            assert_eq!(check(text), Ok(()));
        }
        for (text, told) in [
            ("", r#""" has an empty part: write the path to a field, such as "user.id""#),
            ("user.", r#""user." has an empty part: write the path to a field, such as "user.id""#),
            ("user.id()", r#""id()" is no name of a field: write the path to one, such as "user.id""#),
            ("user id", r#""user id" is no name of a field: write the path to one, such as "user.id""#),
            ("0x", r#""0x" is no name of a field: write the path to one, such as "user.id""#),
            ("r#", r##""r#" is no name of a field: write the path to one, such as "user.id""##),
            ("r#0", r##""r#0" is no name of a field: write the path to one, such as "user.id""##),
            ("self.id", r#""self" is no name of a field: write the path to one, such as "user.id""#),
            ("r#crate", r##""r#crate" is no name of a field: write the path to one, such as "user.id""##),
            ("_", r#""_" is no name of a field: write the path to one, such as "user.id""#),
            ("007", r#""007" is no number of a field, which has no 0 in front: write "7""#),
            (
                "99999999999",
                r#"no tuple has a field of the number 99999999999: write the number of one, from 0, such as "user.0""#,
            ),
        ] {
            assert_eq!(check(text).map_err(|problem| problem.to_string()), Err(told.to_owned()));
        }
    }
}
