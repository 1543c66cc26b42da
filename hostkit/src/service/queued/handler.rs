//! Closures and functions whose first parameter is a job, as the builder takes them.

use std::future::Future;

use super::{JobWork, Queued};
use crate::inject::{Needs, Param, QueuedService, Scope};
use crate::outcome::result::{IntoOutcome, returns};
use crate::queue::Job;

/// An `async` function of a job and up to eleven parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't handle jobs",
    label = "not an async function of a job and parameters that are all `Param`s",
    note = "give an `async` closure or function: `|job: Resize, db: Dep<Pool>| async move {{ … }}`; it must be `Fn` (it runs for every job), `Send` and `'static`, and return `()` or a `Result<(), E>`"
)]
pub trait JobHandler<T, Args>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_work(self) -> JobWork<T>;
}

/// A blocking function of a job and up to eleven parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't handle jobs",
    label = "not a function of a job and parameters that are all `Param`s",
    note = "give a closure or function: `|job: Resize, db: Dep<Pool>| {{ … }}`; it must be `Fn` (it runs for every job), `Send` and `'static`, and return `()` or a `Result<(), E>`"
)]
pub trait BlockingJobHandler<T, Args>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_work(self) -> JobWork<T>;
}

macro_rules! handlers {
    ($($param:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<T, Function, Fut, $($param,)*> JobHandler<T, ($($param,)*)> for Function
        where
            T: Send + 'static,
            Function: Fn(T, $($param),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output: IntoOutcome> + Send + 'static,
            $($param: Param<QueuedService> + 'static,)*
        {
            #[allow(unused_variables, reason = "a function of a job alone needs and gets nothing else")]
            fn into_work(self) -> JobWork<T> {
                JobWork::of(
                    |needs: &mut Needs<QueuedService>| { $($param::needs(needs);)* },
                    returns(),
                    move |scope: &Scope<'_, QueuedService>, job: T| self(job, $($param::get(scope)),*),
                )
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T, Function, Output, $($param,)*> BlockingJobHandler<T, ($($param,)*)> for Function
        where
            T: Send + 'static,
            Function: Fn(T, $($param),*) -> Output + Clone + Send + Sync + 'static,
            Output: IntoOutcome + 'static,
            $($param: Param<QueuedService> + Send + 'static,)*
        {
            #[allow(unused_variables, non_snake_case, reason = "the parameters are named by their types")]
            fn into_work(self) -> JobWork<T> {
                JobWork::blocking(
                    |needs: &mut Needs<QueuedService>| { $($param::needs(needs);)* },
                    returns(),
                    move |scope: &Scope<'_, QueuedService>, job: T| {
                        let function = self.clone();
                        $(let $param = $param::get(scope);)*
                        move || function(job, $($param),*)
                    },
                )
            }
        }
    };
}

handlers!();
handlers!(A);
handlers!(A B);
handlers!(A B C);
handlers!(A B C D);
handlers!(A B C D E);
handlers!(A B C D E F);
handlers!(A B C D E F G);
handlers!(A B C D E F G H);
handlers!(A B C D E F G H I);
handlers!(A B C D E F G H I J);
handlers!(A B C D E F G H I J L);

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
        Queued::new(self.into_work()).stored()
    }
}
