//! What a handler may decide about its job, as an error that survives any wrapping: discard it, not now, again after a while.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use hostkit_grammar::duration::show;

use crate::outcome::failure::sources;
use crate::outcome::result::BoxError;

/// The job is of no use: it becomes dead at once, whatever `retries` says.
///
/// ```
/// fn read(body: &str) -> hostkit::Result<u32> {
///     Ok(body.parse().map_err(hostkit::discard)?)
/// }
/// assert!(read("x").is_err());
/// ```
///
/// Like every verdict it survives `?`, [`BoxError`] and anyhow's `context`. Outside a queue it is an error like any other.
pub fn discard(error: impl Into<BoxError>) -> Verdict {
    Verdict(VerdictMark { kind: VerdictKind::Discard, cause: Some(error.into()) })
}

/// Not now: the job runs again after this while. It has not failed, and no attempt is used.
///
/// ```
/// use std::time::Duration;
/// fn upload(quota: u32) -> hostkit::Result {
///     if quota == 0 {
///         return Err(hostkit::snooze(Duration::from_secs(60)).into());
///     }
///     Ok(())
/// }
/// assert!(upload(0).is_err());
/// ```
pub fn snooze(wait: Duration) -> Verdict {
    Verdict(VerdictMark { kind: VerdictKind::Snooze(wait), cause: None })
}

/// The job has failed, and its next attempt, if it has one, is after this while instead of the backoff's.
///
/// ```
/// use std::time::Duration;
/// fn ask(status: u16) -> hostkit::Result {
///     if status == 429 {
///         return Err(hostkit::retry_after(Duration::from_secs(30), "too many requests").into());
///     }
///     Ok(())
/// }
/// assert!(ask(429).is_err());
/// ```
pub fn retry_after(wait: Duration, error: impl Into<BoxError>) -> Verdict {
    Verdict(VerdictMark { kind: VerdictKind::RetryAfter(wait), cause: Some(error.into()) })
}

/// The error that [`discard`], [`snooze`] and [`retry_after`] make.
///
/// Its source is a mark, the mark's source the cause: a wrapper may hide the outermost type of an error from
/// `downcast_ref` (anyhow's does), but never its sources.
pub struct Verdict(VerdictMark);

struct VerdictMark {
    kind: VerdictKind,
    cause: Option<BoxError>,
}

/// What the handler decided about its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VerdictKind {
    Discard,
    Snooze(Duration),
    RetryAfter(Duration),
}

impl VerdictKind {
    /// The outermost verdict in an error's chain.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Option<VerdictKind> {
        sources(error).find_map(|error| {
            let verdict = error.downcast_ref::<Verdict>().map(|verdict| &verdict.0);
            verdict.or_else(|| error.downcast_ref::<VerdictMark>()).map(|mark| mark.kind)
        })
    }
}

/// The same text as the cause's, so that it is no link of its own in the chain that users read.
impl fmt::Display for VerdictMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.cause, self.kind) {
            (Some(cause), _) => cause.fmt(f),
            (None, VerdictKind::Snooze(wait)) => write!(f, "snoozed for {}", show(wait)),
            (None, _) => f.write_str("a verdict"),
        }
    }
}

impl fmt::Debug for VerdictMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl Error for VerdictMark {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref()?.source()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Verdict").field(&self.0.kind).field(&self.0.cause).finish()
    }
}

impl Error for Verdict {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::failure::Failure;

    #[derive(Debug)]
    struct WrappedVerdict(BoxError);
    impl fmt::Display for WrappedVerdict {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }
    impl Error for WrappedVerdict {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self.0.as_ref())
        }
    }

    #[test]
    fn the_outermost_verdict_is_found_and_the_text_is_the_causes() {
        let inner = WrappedVerdict(snooze(Duration::from_secs(1)).into());
        let error: BoxError = Box::new(WrappedVerdict(retry_after(Duration::from_secs(2), inner).into()));
        assert_eq!(VerdictKind::of(error.as_ref()), Some(VerdictKind::RetryAfter(Duration::from_secs(2))));
        assert_eq!(&*Failure::of(error), "outer: snoozed for 1s");
        assert_eq!(VerdictKind::of(&WrappedVerdict("x".into())), None);
        assert_eq!(VerdictKind::of(&discard("x")), Some(VerdictKind::Discard));
    }
}
