//! Closures and functions with parameters, as the builder takes them: each becomes the work that an attribute would make.

use std::future::Future;

use super::{Call, Hook, Hosted, OnRunFailure, Timed, Work, future, job};
use crate::inject::{HostedService, Kind, LifecycleHook, Needs, Param, Scope, TimedService};
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

macro_rules! handlers {
    ($($param:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<K, Function, Fut, $($param,)*> Handler<K, ($($param,)*)> for Function
        where
            K: Kind,
            Function: Fn($($param),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output: IntoOutcome> + Send + 'static,
            $($param: Param<K> + 'static,)*
        {
            #[allow(unused_variables, reason = "a function without parameters needs and gets nothing")]
            fn into_work(self) -> Work<K, impl Call> {
                Work::of(
                    |needs: &mut Needs<K>| { $($param::needs(needs);)* },
                    move |scope: &Scope<'_, K>| future(returns(), self($($param::get(scope)),*)),
                )
            }
        }

        #[diagnostic::do_not_recommend]
        impl<K, Function, Output, $($param,)*> BlockingHandler<K, ($($param,)*)> for Function
        where
            K: Kind,
            Function: Fn($($param),*) -> Output + Clone + Send + Sync + 'static,
            Output: IntoOutcome + 'static,
            $($param: Param<K> + Send + 'static,)*
        {
            #[allow(unused_variables, non_snake_case, reason = "the parameters are named by their types")]
            fn into_work(self) -> Work<K, impl Call> {
                Work::blocking(
                    |needs: &mut Needs<K>| { $($param::needs(needs);)* },
                    move |scope: &Scope<'_, K>| {
                        let function = self.clone();
                        $(let $param = $param::get(scope);)*
                        job(returns(), move || function($($param),*))
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
handlers!(A B C D E F G H I J L M);

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
        Hosted::new(self.into_work())
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
        Timed::new(self.into_work()).on_failure(OnRunFailure::default())
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
        Hook::new(self.into_work())
    }
}
