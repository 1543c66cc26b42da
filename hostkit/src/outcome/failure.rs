//! A failure of user code, as text that lasts.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::fatal::{is_fatal, is_mark};
use super::result::BoxError;
use super::stopped_mark::{HostId, StoppedMark};
use super::text::{bounded, start};
use crate::sync::catch_panic;

/// How many links of an error chain are told: some chains have no end, since an error is its own source.
const LINKS: usize = 64;
/// How many are looked at for a verdict.
const VERDICTS: usize = 1024;
/// How many bytes of one link are kept, and of all of them.
const LINK: usize = 4 << 10;
const TEXT: usize = 8 << 10;

/// A failure of user code, as text that lasts: the error chain, or the panic's message and place.
///
/// It derefs to that text: `failure.contains("connection refused")`. At most 64 links and 8 KiB of a chain are kept.
/// The place of a panic is known in programs of [`main!`](crate::main!); elsewhere the panic hook is the program's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    text: Arc<str>,
    panic: bool,
    fatal: bool,
    /// Only there because a host stops.
    by_stop: Option<StoppedMark>,
    /// Not excused by a stop that was requested before: a panic, or an `Err` of a `stop` method.
    firm: bool,
    /// How many bytes at the end tell the place of a panic.
    place: usize,
}

impl Failure {
    pub(crate) fn of(error: BoxError) -> Self {
        let (text, fatal) =
            (chain(error.as_ref()), catch_panic(|| is_fatal(error.as_ref())).unwrap_or(false));
        let mark = || sources(error.as_ref()).find_map(|error| error.downcast_ref::<StoppedMark>().copied());
        let by_stop = catch_panic(mark).unwrap_or(None);
        let _ = catch_panic(|| drop(error)); // whoever is told of a failure has no use for a second one
        Failure { text: text.into(), panic: false, fatal, by_stop, firm: false, place: 0 }
    }

    pub(crate) fn said(text: impl Into<Arc<str>>) -> Self {
        let mut text = text.into();
        if text.len() > TEXT {
            text = bounded(&text, TEXT).unwrap_or_default().into();
        }
        Failure { text, panic: false, fatal: false, by_stop: None, firm: false, place: 0 }
    }

    /// What a panic threw, and where, if that is known.
    pub(crate) fn panicked(payload: &(dyn Any + Send), place: Option<&str>) -> Self {
        let message = message_of(payload);
        let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
        let text = format!("panicked: {message}{place}").into();
        Failure { text, panic: true, fatal: false, by_stop: None, firm: true, place: place.len() }
    }

    /// The same failure, with what was being done in front of it.
    pub(crate) fn during(self, what: &str) -> Self {
        Failure { text: format!("{what}: {}", self.text).into(), ..self }
    }

    /// The same panic, with whose drop it was: "`journal` panicked while it was dropped: boom".
    pub(crate) fn while_dropped(self, who: &str) -> Self {
        let rest = self.text.strip_prefix("panicked").unwrap_or(&self.text);
        Failure { text: format!("{who} panicked while it was dropped{rest}").into(), ..self }
    }

    /// The same failure, with what came of it behind it.
    #[cfg(feature = "queue")]
    pub(crate) fn and(self, what: &str) -> Self {
        Failure { text: format!("{}; {what}", self.text).into(), ..self }
    }

    /// Whether it is there only because this host stops: the `Closed` of one of its queues, or of the tasks. While the host does
    /// stop, that is an interruption, and no failure.
    pub(crate) fn is_by_stop_of(&self, host: HostId) -> bool {
        self.by_stop.is_some_and(|mark| mark.is_by(host))
    }

    /// The same failure, one that a requested stop does not excuse.
    pub(crate) fn firm(self) -> Self {
        Failure { firm: true, ..self }
    }

    /// For a sentence that goes on after it; the panic itself has told its place.
    #[cfg(all(feature = "cli", feature = "queue"))]
    pub(crate) fn without_place(&self) -> &str {
        &self.text[..self.text.len() - self.place]
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

/// An error and its sources: so many that a chain without an end is none to wait for.
pub(crate) fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    // Each is asked for its source only when that is wanted: to ask is to call code of the user's.
    let (mut first, mut last) = (Some(error), None);
    let link = move || {
        last = match last {
            None => first.take(),
            Some(error) => Error::source(error),
        };
        last
    };
    std::iter::from_fn(link).take(VERDICTS)
}

/// What a panic said.
pub(crate) fn message_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&'static str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or_default();
    let text = bounded(&text, TEXT).filter(|text| !text.trim().is_empty());
    text.unwrap_or_else(|| "(a panic without a message)".to_owned())
}

/// `open feed: connection refused: …`. A link that only repeats what the link before it ends with is left out.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    let told = catch_panic(|| {
        for (number, link) in
            sources(error).filter(|error| !is_mark(*error) && !error.is::<StoppedMark>()).enumerate()
        {
            if number == LINKS || text.len() >= TEXT {
                text.push_str(": …");
                return;
            }
            let link = bounded(link, LINK).unwrap_or_else(|| "(an error whose text panicked)".to_owned());
            if link.trim().is_empty() || text.ends_with(&link) {
                continue;
            }
            if !text.is_empty() {
                text.push_str(": ");
            }
            let room = TEXT.saturating_sub(text.len());
            text.push_str(start(&link, room));
        }
    });
    if told.is_err() {
        let colon = if text.is_empty() { "" } else { ": " };
        text += &format!("{colon}(an error whose source panicked)");
    }
    if text.is_empty() { "(an error without a message)".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::fatal::fatal;

    #[derive(Debug)]
    struct WrappedError(BoxError);
    impl fmt::Display for WrappedError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }
    impl Error for WrappedError {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self.0.as_ref())
        }
    }

    #[test]
    fn the_chain_is_told_whole_and_without_the_mark() {
        let error: BoxError = Box::new(WrappedError(Box::new(fatal(WrappedError("root".into())))));
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
        assert_eq!(&*Failure::panicked(&"no", None), "panicked: no");
        assert_eq!(&*Failure::panicked(&String::from("no"), Some("a.rs:1:2")), "panicked: no (a.rs:1:2)");
        assert_eq!(&*Failure::panicked(&7, None), "panicked: (a panic without a message)");
        assert_eq!(&*Failure::panicked(&" ", None), "panicked: (a panic without a message)");
        let long = Failure::panicked(&"x".repeat(3_000_000), None);
        assert!(long.len() < 10_000 && long.ends_with("… (3 MB)"), "{}", long.len());
    }

    /// Its text, and what comes after it.
    struct Link(&'static str, Option<Box<Link>>);
    impl fmt::Debug for Link {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("nobody is to ask for this")
        }
    }
    impl fmt::Display for Link {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self.0 {
                "panics" => panic!("no text"),
                text => f.write_str(text),
            }
        }
    }
    impl Error for Link {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            match self.0 {
                "ring" => Some(self),
                "no source" => panic!("no source"),
                _ => Some(self.1.as_deref()?),
            }
        }
    }
    impl Drop for Link {
        fn drop(&mut self) {
            assert_ne!(self.0, "no drop");
        }
    }

    fn text(links: &[&'static str]) -> String {
        let chain = links.iter().rev().fold(None, |source, text| Some(Box::new(Link(text, source))));
        chain.map_or_else(String::new, |chain| Failure::of(chain).to_string())
    }

    #[test]
    fn a_chain_without_an_end_is_cut_off() {
        assert_eq!(text(&["ring"]), "ring: …");
        assert_eq!(text(&["outer", "ring"]), "outer: ring: …");
        let long = text(&["a", "b"].repeat(500));
        assert!(long.starts_with("a: b: a: ") && long.ends_with(": …") && long.len() < 300, "{long}");
        assert!(!Failure::of(Box::new(Link("ring", None))).is_fatal());
    }

    #[test]
    fn a_verdict_is_found_behind_many_links() {
        let deep =
            (0..500).fold(Box::new(fatal("root")) as BoxError, |error, _| Box::new(WrappedError(error)));
        assert!(Failure::of(deep).is_fatal());
    }

    #[test]
    fn an_error_without_words_says_so() {
        for links in [&[""][..], &[" \n"], &["", ""]] {
            assert_eq!(text(links), "(an error without a message)");
        }
        assert_eq!(text(&["", "root"]), "root");
        assert_eq!(text(&["outer", ""]), "outer");
    }

    #[test]
    fn long_texts_are_cut_and_leave_room_for_their_causes() {
        let long: &'static str = Box::leak("ü".repeat(1_500_000).into_boxed_str());
        let text = text(&[long, "root"]);
        assert!(text.len() < 10_000 && text.ends_with("… (3 MB): root"), "{} bytes", text.len());
    }

    #[test]
    fn an_error_that_panics_when_it_is_asked_is_told_all_the_same() {
        assert_eq!(text(&["outer", "panics"]), "outer: (an error whose text panicked)");
        assert_eq!(text(&["no source"]), "no source: (an error whose source panicked)");
        assert_eq!(text(&["no drop"]), "no drop");
    }
}
