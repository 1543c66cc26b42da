//! Closures and functions whose first parameter is a job, as the builder takes them.

use std::future::Future;

use super::{JobWork, Queued};
use crate::inject::{JobFunction, ParamList, QueuedService, Scope};
use crate::outcome::result::{IntoOutcome, returns};
use crate::queue::Job;

/// An `async` function of a job and up to twelve parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't handle jobs",
    label = "not an async function of a job and parameters that are all `Param`s",
    note = "give an `async` closure or function: `|job: Resize, db: Dep<Pool>| async move {{ … }}`; it must be `Fn` (it runs for every job), `Send` and `'static`, and return `()` or a `Result<(), E>`"
)]
pub trait JobHandler<T, Args>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_work(self) -> JobWork<T>;
}

/// A blocking function of a job and up to twelve parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't handle jobs",
    label = "not a function of a job and parameters that are all `Param`s",
    note = "give a closure or function: `|job: Resize, db: Dep<Pool>| {{ … }}`; it must be `Fn` (it runs for every job), `Send` and `'static`, and return `()` or a `Result<(), E>`"
)]
pub trait BlockingJobHandler<T, Args>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_work(self) -> JobWork<T>;
}

#[diagnostic::do_not_recommend]
impl<T, F, Args> JobHandler<T, Args> for F
where
    T: Send + 'static,
    F: JobFunction<T, Args, Output: Future<Output: IntoOutcome> + Send + 'static> + Send + Sync + 'static,
    Args: ParamList<QueuedService> + 'static,
{
    fn into_work(self) -> JobWork<T> {
        JobWork::of(Args::needs, returns(), move |scope: &Scope<'_, QueuedService>, job: T| {
            self.call(job, Args::get(scope))
        })
    }
}

#[diagnostic::do_not_recommend]
impl<T, F, Args> BlockingJobHandler<T, Args> for F
where
    T: Send + 'static,
    F: JobFunction<T, Args, Output: IntoOutcome + 'static> + Clone + Send + Sync + 'static,
    Args: ParamList<QueuedService> + Send + 'static,
{
    fn into_work(self) -> JobWork<T> {
        JobWork::blocking(Args::needs, returns(), move |scope: &Scope<'_, QueuedService>, job: T| {
            let (function, args) = (self.clone(), Args::get(scope));
            move || function.call(job, args)
        })
    }
}

/// What [`HostBuilder::queued`](crate::HostBuilder::queued) takes: an `async` closure, or a [`Queued`] with options.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be given to `queued`",
    label = "not an async function of a job and parameters that are all `Param`s",
    note = "give an `async` closure or function: `|job: Resize, db: Dep<Pool>| async move {{ … }}`, or a `Queued` with options; it must be `Fn` (it runs for every job), `Send` and `'static`, and return `()` or a `Result<(), E>`",
    note = "a job can be stored: derive `serde::Serialize` and `serde::Deserialize` for its type, or keep its jobs in this process's memory for good: `Queued::in_memory(…)`",
    note = "a plain `fn` is given as `Queued::blocking(…)`"
)]
pub trait IntoQueued<M> {
    /// The type of its jobs.
    type Job: Send + 'static;

    #[doc(hidden)]
    fn into_queued(self) -> Queued<Self::Job>;
}

impl<T: Send + 'static> IntoQueued<()> for Queued<T> {
    type Job = T;

    fn into_queued(self) -> Queued<T> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<H: JobHandler<T, Args>, T: Job, Args> IntoQueued<(T, Args)> for H {
    type Job = T;

    fn into_queued(self) -> Queued<T> {
        Queued::from_work(self.into_work()).stored()
    }
}
