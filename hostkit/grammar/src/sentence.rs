//! A problem has two halves: what is wrong, and what to do about it. Where one sentence is wanted, as in a compiler's error, it is
//! `what is wrong: what to do`.

use std::fmt;

/// The halves of a sentence.
///
/// ```
/// use hostkit_grammar::duration::parse;
///
/// let problem = parse("10").unwrap_err();
/// assert_eq!(problem.sentence().what, r#""10" has no unit"#);
/// assert_eq!(problem.sentence().help, r#"write "10s" for seconds or "10ms" for milliseconds"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

impl Sentence {
    /// Of these halves.
    pub fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.help)
    }
}

/// The `Display` of a problem is its sentence.
macro_rules! errors {
    ($($problem:ty),*) => {$(
        impl std::fmt::Display for $problem {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.sentence().fmt(f)
            }
        }

        impl std::error::Error for $problem {}
    )*};
}
pub(crate) use errors;
