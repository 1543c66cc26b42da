//! The name of a service or a group goes in, its first problem or nothing comes out.
//!
//! Names are keys in configuration, words on the command line and labels of metrics: that is what limits their characters.

use crate::sentence::{Sentence, errors};

/// Why a text cannot be a name. Its `Display` says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameProblem {
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

impl NameProblem {
    /// What is wrong, and what to do about it.
    pub fn sentence(&self) -> Sentence {
        const RULE: &str = "letters, digits, `_`, `-` and `.`";
        match self {
            Self::Empty => Sentence::new("a name cannot be empty", format!("write {RULE}")),
            Self::LeadingDash { name } => Sentence::new(
                format!(r#""{name}" begins with `-`, which the command line would take for an option"#),
                format!(r#"write "{}""#, help(name)),
            ),
            Self::Character { name, character } => {
                let what = match character {
                    ' ' => "a space".to_owned(),
                    other => format!("`{}`", other.escape_debug()),
                };
                Sentence::new(
                    format!(r#""{}" has {what} in it, and a name has {RULE} only"#, name.escape_debug()),
                    format!(r#"write "{}""#, help(name)),
                )
            }
        }
    }
}

errors!(NameProblem);

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
/// A [`NameProblem`] for any other text.
pub fn check(name: &str) -> Result<(), NameProblem> {
    if name.is_empty() {
        return Err(NameProblem::Empty);
    }
    if let Some(character) = name.chars().find(|c| !allowed(*c)) {
        return Err(NameProblem::Character { name: name.to_owned(), character });
    }
    if name.starts_with('-') {
        return Err(NameProblem::LeadingDash { name: name.to_owned() });
    }
    Ok(())
}

fn allowed(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The closest name that is allowed.
fn help(name: &str) -> String {
    let helped: String = name.trim().chars().map(|c| if allowed(c) { c } else { '_' }).collect();
    let helped = helped.trim_start_matches('-');
    if helped.is_empty() { "my_service".to_owned() } else { helped.to_owned() }
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
        for (name, helped) in
            [("my job", "my_job"), ("-x", "x"), ("a/b", "a_b"), ("a\nb", "a_b"), ("--", "my_service")]
        {
            let problem = check(name).unwrap_err();
            assert!(problem.to_string().ends_with(&format!("write \"{helped}\"")), "{problem}");
            assert_eq!(check(helped), Ok(()));
        }
        assert_eq!(check(""), Err(NameProblem::Empty));
    }
}
