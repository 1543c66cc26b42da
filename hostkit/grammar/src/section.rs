//! The path of a configuration section goes in, its first problem or nothing comes out.

use crate::sentence::{Sentence, errors};

/// Sections that are the host's own.
pub const OWN_SECTIONS: [&str; 6] = ["host", "log", "services", "queue", "admin", "otel"];

/// Why a text cannot name a section. Its `Display` says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SectionNameProblem {
    /// Nothing is written, or nothing between two dots.
    Empty,
    /// A character that a key cannot have without quotes.
    Character {
        /// The path as written.
        path: String,
        /// The first such character.
        character: char,
    },
    /// A section that is the host's own.
    Own {
        /// Its first key.
        section: String,
    },
}

impl SectionNameProblem {
    /// What is wrong, and what to do about it.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Empty => Sentence::new(
                "the name of a section cannot be empty",
                r#"write one such as "http" or "http.client""#,
            ),
            Self::Character { path, character } => {
                let helped: String =
                    path.trim().chars().map(|c| if c == '.' || allowed(c) { c } else { '_' }).collect();
                let found = match character {
                    ' ' => "a space".to_owned(),
                    other => format!("`{}`", other.escape_debug()),
                };
                let path = path.escape_debug();
                Sentence::new(
                    format!(
                        "\"{path}\" has {found} in it, and the name of a section has letters, digits, `_` and `-`, with dots between keys"
                    ),
                    format!("write \"{helped}\""),
                )
            }
            Self::Own { section } => Sentence::new(
                format!("`[{section}]` is the host's own section"),
                format!("write another name, such as \"my_{section}\""),
            ),
        }
    }
}

errors!(SectionNameProblem);

/// Checks that a path consists of keys with dots between them, and is not the host's own.
///
/// ```
/// use hostkit_grammar::section::check;
///
/// assert!(check("http.client").is_ok());
/// assert!(check("host").unwrap_err().to_string().starts_with("`[host]` is the host's own section"));
/// ```
///
/// # Errors
/// A [`SectionNameProblem`] for any other text.
pub fn check(path: &str) -> Result<(), SectionNameProblem> {
    if let Some(character) = path.chars().find(|c| *c != '.' && !allowed(*c)) {
        return Err(SectionNameProblem::Character { path: path.to_owned(), character });
    }
    if path.split('.').any(str::is_empty) {
        return Err(SectionNameProblem::Empty);
    }
    match path.split('.').next() {
        Some(first) if OWN_SECTIONS.contains(&first) => {
            Err(SectionNameProblem::Own { section: first.to_owned() })
        }
        _ => Ok(()),
    }
}

fn allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_keys_are_sections() {
        for path in ["http", "http.client", "http-2", "a.b.c", "My_App"] {
            assert_eq!(check(path), Ok(()));
        }
        for (path, says) in [
            ("", "cannot be empty"),
            ("a..b", "cannot be empty"),
            (".a", "cannot be empty"),
            ("my app", r#"write "my_app""#),
            ("größe", "write \"gr__e\""),
            ("host", "host's own"),
            ("services.x", "`[services]` is the host's own"),
        ] {
            let problem = check(path).unwrap_err().to_string();
            assert!(problem.contains(says), "{problem}");
        }
    }
}
