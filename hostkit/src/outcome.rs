//! What a user's function returns, and how a service ended.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Any error, boxed: what every service's error becomes.
pub type BoxError = Box<dyn Error + Send + Sync + 'static>;

/// What a service, a hook or a task returns: `hostkit::Result` is `Result<(), BoxError>`.
///
/// ```
/// async fn poll() -> hostkit::Result {
///     let port: u16 = "8080".parse()?; // any error converts, anyhow's too
///     assert_eq!(port, 8080);
///     Ok(())
/// }
/// ```
pub type Result<T = (), E = BoxError> = std::result::Result<T, E>;

/// How a run of user code went, as the host sees it.
pub(crate) type RunResult = std::result::Result<(), Failure>;

/// What a service's function may return: nothing, or a `Result` of nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a service can return",
    label = "return nothing, or `hostkit::Result`",
    note = "a service returns `()` or `Result<(), E>`, where `E` converts into `hostkit::BoxError` (every error type does, and `anyhow::Error` too)"
)]
pub trait IntoOutcome {
    /// The outcome with its error boxed.
    fn into_outcome(self) -> Result;
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Result {
        Ok(())
    }
}

/// `!`, which has no name of its own yet: what an endless loop, and a closure that only panics, return.
type Never = <fn() -> ! as never::Returning>::Output;

mod never {
    #[allow(unreachable_pub, reason = "names a type, and is named by no one else")]
    pub trait Returning {
        type Output;
    }

    impl<T> Returning for fn() -> T {
        type Output = T;
    }
}

impl IntoOutcome for Never {
    fn into_outcome(self) -> Result {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> IntoOutcome for std::result::Result<(), E> {
    fn into_outcome(self) -> Result {
        self.map_err(Into::into)
    }
}

pub(crate) fn judged(outcome: impl IntoOutcome) -> RunResult {
    outcome.into_outcome().map_err(Failure::of)
}

/// The only place where generated code demands `T: IntoOutcome`, so that a wrong return type is one error: everything
/// after it takes this conversion, which has no size.
#[doc(hidden)]
pub fn returns<T: IntoOutcome + 'static>() -> impl Fn(T) -> Result + Copy + Send + Sync + 'static {
    T::into_outcome
}

pin_project_lite::pin_project! {
    /// A user's future whose output is judged. No `async` block, for that would hold the future twice: a service that
    /// idles is as large as its future.
    pub(crate) struct Judged<F, R> {
        #[pin]
        future: F,
        returns: R,
    }
}

impl<F, R> Judged<F, R> {
    pub(crate) fn new(future: F, returns: R) -> Self {
        Judged { future, returns }
    }
}

impl<T, F: Future<Output = T>, R: Fn(T) -> Result> Future for Judged<F, R> {
    type Output = RunResult;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<RunResult> {
        let this = self.project();
        this.future.poll(cx).map(|returned| (this.returns)(returned).map_err(Failure::of))
    }
}

/// How a service ended. The same words stand in the report, the log and every view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ending {
    /// It was told to stop, and did.
    Stopped,
    /// It returned by itself, without an error.
    Finished,
    /// It returned an error or panicked, and no policy brought it back.
    Failed,
    /// It did not stop in its time and was ended by force.
    Aborted,
}

impl Ending {
    /// The word for it: `stopped`, `finished`, `failed` or `aborted`.
    pub fn as_str(self) -> &'static str {
        match self {
            Ending::Stopped => "stopped",
            Ending::Finished => "finished",
            Ending::Failed => "failed",
            Ending::Aborted => "aborted",
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

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

    /// Whether it was made by [`fatal`] and so stops the host whatever the policy.
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
    Fatal(Mark(error.into()))
}

/// The error that [`fatal`] makes.
///
/// Its source is a mark, the mark's source the cause: a wrapper may hide the outermost type of an error
/// from `downcast_ref` (anyhow's does), but never its sources.
pub struct Fatal(Mark);

struct Mark(BoxError);

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

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fatal: the host stops")
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mark")
    }
}

impl Error for Mark {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

fn sources<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

fn is_fatal(error: &(dyn Error + 'static)) -> bool {
    sources(error).any(|error| error.is::<Mark>() || error.is::<Fatal>())
}

/// `open feed: connection refused: …`. A link that only repeats what the link before it ends with is left out.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    for source in sources(error).skip(1).filter(|error| !error.is::<Mark>()) {
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
