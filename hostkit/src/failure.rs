//! A failure of user code, as text that lasts.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::fatal::{is_fatal, is_mark};
use crate::outcome::BoxError;

/// A failure of user code, as text that lasts: the whole error chain, or the panic's message.
///
/// It derefs to that text: `failure.contains("connection refused")`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    text: Arc<str>,
    panic: bool,
    fatal: bool,
    /// Not excused by a stop that was requested before: a panic, or an `Err` of a `stop` method.
    firm: bool,
}

impl Failure {
    pub(crate) fn of(error: BoxError) -> Self {
        Failure {
            text: chain(error.as_ref()).into(),
            panic: false,
            fatal: is_fatal(error.as_ref()),
            firm: false,
        }
    }

    pub(crate) fn said(text: impl Into<Arc<str>>) -> Self {
        Failure { text: text.into(), panic: false, fatal: false, firm: false }
    }

    pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&'static str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("(a panic without a message)");
        Failure { text: format!("panicked: {message}").into(), panic: true, fatal: false, firm: true }
    }

    /// The same failure, with what was being done in front of it.
    pub(crate) fn during(self, what: &str) -> Self {
        Failure { text: format!("{what}: {}", self.text).into(), ..self }
    }

    /// The same failure, one that a requested stop does not excuse.
    pub(crate) fn firm(self) -> Self {
        Failure { firm: true, ..self }
    }

    pub(crate) fn is_firm(&self) -> bool {
        self.firm
    }

    /// Whether it was a panic rather than an `Err`.
    pub fn is_panic(&self) -> bool {
        self.panic
    }

    /// Whether it was made by [`fatal`](crate::fatal()) and so stops the host whatever the policy.
    pub fn is_fatal(&self) -> bool {
        self.fatal
    }
}

impl std::ops::Deref for Failure {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Failure {}

pub(crate) fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

/// `open feed: connection refused: …`. A link that only repeats what the link before it ends with is left out.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    for source in sources(error).skip(1).filter(|error| !is_mark(*error)) {
        let link = source.to_string();
        if !text.ends_with(&link) {
            text.push_str(": ");
            text.push_str(&link);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fatal::fatal;

    #[derive(Debug)]
    struct Outer(BoxError);
    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }
    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self.0.as_ref())
        }
    }

    #[test]
    fn the_chain_is_told_whole_and_without_the_mark() {
        let error: BoxError = Box::new(Outer(Box::new(fatal(Outer("root".into())))));
        let failure = Failure::of(error);
        assert_eq!(&*failure, "outer: root");
        assert!(failure.is_fatal());
    }

    #[test]
    fn an_ordinary_error_is_not_fatal() {
        assert!(!Failure::of("x".into()).is_fatal());
    }

    #[test]
    fn a_panic_keeps_its_message() {
        assert_eq!(&*Failure::panicked(&"no"), "panicked: no");
        assert_eq!(&*Failure::panicked(&String::from("no")), "panicked: no");
        assert_eq!(&*Failure::panicked(&7), "panicked: (a panic without a message)");
    }
}
