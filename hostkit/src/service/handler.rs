//! Closures and functions with parameters, as the builder takes them: each becomes the work that an attribute would make.

use std::future::Future;

use super::{Call, Hook, Hosted, OnRunFailure, Timed, Work, future, job};
use crate::inject::{Function, HostedService, Kind, LifecycleHook, ParamList, Scope, TimedService};
use crate::outcome::result::{IntoOutcome, returns};

/// An `async` function of up to twelve parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a service",
    label = "not an async function whose parameters are all `Param`s",
    note = "give an `async` closure or function: `|stop: Stop, db: Dep<Pool>| async move {{ … }}`; it must be `Fn` (it may run again), `Send` and `'static`, and return `()` or a `Result<(), E>`"
)]
pub trait Handler<K: Kind, Args>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_work(self) -> Work<K, impl Call>;
}

/// A blocking function of up to twelve parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a blocking service",
    label = "not a function whose parameters are all `Param`s",
    note = "give a closure or function: `|stop: Stop, db: Dep<Pool>| {{ … }}`; it must be `Fn` (it may run again), `Send` and `'static`, and return `()` or a `Result<(), E>`"
)]
pub trait BlockingHandler<K: Kind, Args>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_work(self) -> Work<K, impl Call>;
}

#[diagnostic::do_not_recommend]
impl<K, F, Args> Handler<K, Args> for F
where
    K: Kind,
    F: Function<Args, Output: Future<Output: IntoOutcome> + Send + 'static> + Send + Sync + 'static,
    Args: ParamList<K> + 'static,
{
    fn into_work(self) -> Work<K, impl Call> {
        Work::of(Args::needs, move |scope: &Scope<'_, K>| future(returns(), self.call(Args::get(scope))))
    }
}

#[diagnostic::do_not_recommend]
impl<K, F, Args> BlockingHandler<K, Args> for F
where
    K: Kind,
    F: Function<Args, Output: IntoOutcome + 'static> + Clone + Send + Sync + 'static,
    Args: ParamList<K> + Send + 'static,
{
    fn into_work(self) -> Work<K, impl Call> {
        Work::blocking(Args::needs, move |scope: &Scope<'_, K>| {
            let (function, args) = (self.clone(), Args::get(scope));
            job(returns(), move || function.call(args))
        })
    }
}

/// What [`HostBuilder::service`](crate::HostBuilder::service) takes: an `async` closure, or a [`Hosted`] with options.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be given to `service`",
    label = "not an async function whose parameters are all `Param`s",
    note = "give an `async` closure or function: `|host: HostHandle, db: Dep<Pool>| async move {{ … }}`, or a `Hosted` with options; it must be `Fn` (it may run again), `Send` and `'static`, and return `()` or a `Result<(), E>`",
    note = "a plain `fn` is given as `Hosted::blocking(…)`"
)]
pub trait IntoHosted<M> {
    #[doc(hidden)]
    fn into_hosted(self) -> Hosted;
}

impl IntoHosted<()> for Hosted {
    fn into_hosted(self) -> Hosted {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<H: Handler<HostedService, Args>, Args> IntoHosted<(Args,)> for H {
    fn into_hosted(self) -> Hosted {
        Hosted::from_work(self.into_work())
    }
}

/// What [`HostBuilder::timed`](crate::HostBuilder::timed) takes: an `async` closure, or a [`Timed`] with options.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be given to `timed`",
    label = "not an async function whose parameters are all `Param`s",
    note = "give an `async` closure or function: `|host: HostHandle, db: Dep<Pool>| async move {{ … }}`, or a `Timed` with options; it must be `Fn` (it may run again), `Send` and `'static`, and return `()` or a `Result<(), E>`",
    note = "a plain `fn` is given as `Timed::blocking(…)`"
)]
pub trait IntoTimed<M> {
    #[doc(hidden)]
    fn into_timed(self) -> Timed;
}

impl IntoTimed<()> for Timed {
    fn into_timed(self) -> Timed {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<H: Handler<TimedService, Args>, Args> IntoTimed<(Args,)> for H {
    fn into_timed(self) -> Timed {
        Timed::from_work(self.into_work()).on_failure(OnRunFailure::default())
    }
}

/// What [`HostBuilder::on`](crate::HostBuilder::on) takes: an `async` closure.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be given to `on`",
    label = "not an async function whose parameters are all `Param`s",
    note = "give an `async` closure or function: `|host: HostHandle, db: Dep<Pool>| async move {{ … }}`, or a `Hook` with options; it must be `Fn` (it may run again), `Send` and `'static`, and return `()` or a `Result<(), E>`",
    note = "a plain `fn` is given as `Hook::blocking(…)`"
)]
pub trait IntoHook<M> {
    #[doc(hidden)]
    fn into_hook(self) -> Hook;
}

impl IntoHook<()> for Hook {
    fn into_hook(self) -> Hook {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<H: Handler<LifecycleHook, Args>, Args> IntoHook<(Args,)> for H {
    fn into_hook(self) -> Hook {
        Hook::from_work(self.into_work())
    }
}
