//! The name of a service or a group goes in, its first fault or nothing comes out.
//!
//! Names are keys in configuration, words on the command line and labels of metrics: that is what limits their characters.

use crate::sentence::halves;
use std::fmt;

/// Why a text cannot be a name. Its `Display` says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameFault {
    /// Nothing is written.
    Empty,
    /// It begins with `-`, and so would be an option on the command line.
    LeadingDash {
        /// The name as written.
        name: String,
    },
    /// A character that a name cannot have.
    Character {
        /// The name as written.
        name: String,
        /// The first such character.
        character: char,
    },
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const RULE: &str = "letters, digits, `_`, `-` and `.`";
        match self {
            Self::Empty => write!(f, "a name cannot be empty: write {RULE}"),
            Self::LeadingDash { name } => {
                write!(
                    f,
                    r#""{name}" begins with `-`, which the command line would take for an option: write "{}""#,
                    mend(name)
                )
            }
            Self::Character { name, character } => {
                let what = match character {
                    ' ' => "a space".to_owned(),
                    other => format!("`{}`", other.escape_debug()),
                };
                write!(
                    f,
                    r#""{}" has {what} in it, and a name has {RULE} only: write "{}""#,
                    name.escape_debug(),
                    mend(name)
                )
            }
        }
    }
}

impl std::error::Error for NameFault {}

impl NameFault {
    /// What is wrong.
    pub fn what(&self) -> String {
        halves(&self.to_string()).0.to_owned()
    }

    /// What to do about it.
    pub fn mend(&self) -> String {
        halves(&self.to_string()).1.to_owned()
    }
}

/// Checks that a name is not empty, has only letters, digits, `_`, `-` and `.`, and does not begin with `-`.
///
/// ```
/// use hostkit_grammar::name::check;
///
/// assert!(check("billing.nightly-sweep").is_ok());
/// assert!(check("my job").unwrap_err().to_string().ends_with(r#"write "my_job""#));
/// ```
///
/// # Errors
/// A [`NameFault`] for any other text.
pub fn check(name: &str) -> Result<(), NameFault> {
    if name.is_empty() {
        return Err(NameFault::Empty);
    }
    if let Some(character) = name.chars().find(|c| !allowed(*c)) {
        return Err(NameFault::Character { name: name.to_owned(), character });
    }
    if name.starts_with('-') {
        return Err(NameFault::LeadingDash { name: name.to_owned() });
    }
    Ok(())
}

fn allowed(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The closest name that is allowed.
fn mend(name: &str) -> String {
    let mended: String = name.trim().chars().map(|c| if allowed(c) { c } else { '_' }).collect();
    let mended = mended.trim_start_matches('-');
    if mended.is_empty() { "my_service".to_owned() } else { mended.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_the_contract_allows() {
        for name in ["a", "heartbeat", "Billing-2.sweep_all", "größe", "_x", ".x"] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn refuses_the_rest_and_offers_a_name_that_is_allowed() {
        for (name, mended) in
            [("my job", "my_job"), ("-x", "x"), ("a/b", "a_b"), ("a\nb", "a_b"), ("--", "my_service")]
        {
            let fault = check(name).unwrap_err();
            assert!(fault.to_string().ends_with(&format!("write \"{mended}\"")), "{fault}");
            assert_eq!(check(mended), Ok(()));
        }
        assert_eq!(check(""), Err(NameFault::Empty));
    }
}
