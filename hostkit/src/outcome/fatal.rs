//! The verdict that no policy overrides: an error that stops the host, however it is wrapped.

use std::error::Error;
use std::fmt;

use super::failure::sources;
use super::result::BoxError;

/// An error that stops the host whatever the service's policy says.
///
/// ```
/// fn check(licence: &str) -> hostkit::Result {
///     if licence.is_empty() {
///         return Err(hostkit::fatal("no licence").into());
///     }
///     Ok(())
/// }
/// assert!(check("").is_err());
/// ```
///
/// It survives `?`, [`BoxError`] and anyhow's `context`.
pub fn fatal(error: impl Into<BoxError>) -> Fatal {
    Fatal(FatalMark(error.into()))
}

/// The error that [`fatal`] makes.
///
/// Its source is a mark, the mark's source the cause: a wrapper may hide the outermost type of an error
/// from `downcast_ref` (anyhow's does), but never its sources.
pub struct Fatal(FatalMark);

struct FatalMark(BoxError);

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.0.fmt(f)
    }
}

impl fmt::Debug for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fatal").field(&self.0.0).finish()
    }
}

impl Error for Fatal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

impl fmt::Display for FatalMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fatal: the host stops")
    }
}

impl fmt::Debug for FatalMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mark")
    }
}

impl Error for FatalMark {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

pub(crate) fn is_fatal(error: &(dyn Error + 'static)) -> bool {
    sources(error).any(|error| error.is::<FatalMark>() || error.is::<Fatal>())
}

/// The mark is no link of the chain that users read.
pub(crate) fn is_mark(error: &(dyn Error + 'static)) -> bool {
    error.is::<FatalMark>()
}
