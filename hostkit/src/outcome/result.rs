//! What a user's function returns, and how a service ended.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::failure::Failure;

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
    message = "a service can't return `{Self}`",
    label = "return nothing, or `hostkit::Result`",
    note = "a service returns `()` or `Result<(), E>`, where `E` converts into `hostkit::BoxError` (every error that is `Send + Sync` does, as `Box<dyn Error + Send + Sync>` and `anyhow::Error`; `Box<dyn Error>` alone does not)"
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

#[diagnostic::do_not_recommend]
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
    pub(crate) struct ConvertedOutcome<F, R> {
        #[pin]
        future: F,
        returns: R,
    }
}

impl<F, R> ConvertedOutcome<F, R> {
    pub(crate) fn new(future: F, returns: R) -> Self {
        ConvertedOutcome { future, returns }
    }
}

impl<T, F: Future<Output = T>, R: Fn(T) -> Result> Future for ConvertedOutcome<F, R> {
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
