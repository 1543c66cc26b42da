//! Closures and functions that make a value, as the builder takes them: each becomes the provider that an attribute would make.

use std::future::Future;

use super::Provider;
use super::provider_return::{IntoBoxError, ProviderFn, making, making_by};
use crate::inject::{Function, ParamList, Scope, Shareable, ValueProvider};
use crate::outcome::result::Result;

/// What [`HostBuilder::provide_with`](crate::HostBuilder::provide_with) takes: an `async` closure, or a [`Provider`] with options.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a provider",
    label = "not an async function that returns a `Result`, and whose parameters are all `Param`s",
    note = "give an `async` closure or function that returns `Result<T, E>`: `|db: Dep<Pool>| async move {{ Ok::<_, hostkit::BoxError>(…) }}`, or a `Provider` with options; it must be `Fn`, `Send` and `'static`",
    note = "a plain `fn` is given as `Provider::blocking(…)`, and a value that is there already as `.provide(value)`"
)]
pub trait IntoProvider<M> {
    /// What is asked for as `Dep<T>`.
    type Value: ?Sized + 'static;

    #[doc(hidden)]
    fn into_provider(self) -> Provider<Self::Value>;
}

impl<T: ?Sized + 'static> IntoProvider<()> for Provider<T> {
    type Value = T;

    fn into_provider(self) -> Provider<T> {
        self
    }
}

/// A blocking function of up to twelve parameters that makes a value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a blocking provider",
    label = "not a function that returns a `Result`, and whose parameters are all `Param`s",
    note = "give a closure or function that returns `Result<T, E>`: `|db: Dep<Pool>| Ok::<_, hostkit::BoxError>(…)`; it must be `Fn`, `Clone`, `Send` and `'static`"
)]
pub trait BlockingProvider<M> {
    /// What is asked for as `Dep<T>`.
    type Value: ?Sized + 'static;

    #[doc(hidden)]
    fn into_provider(self) -> Provider<Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<F, T, E, Args> IntoProvider<(T, E, Args)> for F
where
    F: Function<Args, Output: Future<Output = Result<T, E>> + Send + 'static> + Send + Sync + 'static,
    T: Shareable + 'static,
    E: IntoBoxError + 'static,
    Args: ParamList<ValueProvider> + 'static,
{
    type Value = T;

    fn into_provider(self) -> Provider<T> {
        Provider::task(Args::needs, move |scope: &Scope<'_, ValueProvider>| {
            making(ProviderFn::result(), self.call(Args::get(scope)))
        })
    }
}

#[diagnostic::do_not_recommend]
impl<F, T, E, Args> BlockingProvider<(T, E, Args)> for F
where
    F: Function<Args, Output = Result<T, E>> + Clone + Send + Sync + 'static,
    T: Shareable + 'static,
    E: IntoBoxError + 'static,
    Args: ParamList<ValueProvider> + Send + 'static,
{
    type Value = T;

    fn into_provider(self) -> Provider<T> {
        Provider::job(Args::needs, move |scope: &Scope<'_, ValueProvider>| {
            let (function, args) = (self.clone(), Args::get(scope));
            making_by(ProviderFn::result(), move || function.call(args))
        })
    }
}

impl<T: ?Sized + 'static> Provider<T> {
    /// The provider that an `async` closure (or function) with parameters is. It returns a `Result`; an `Arc` in it, of a trait
    /// object say, is asked for by what it holds.
    pub fn new<M>(provider: impl IntoProvider<M, Value = T>) -> Self {
        provider.into_provider()
    }

    /// The provider that a blocking closure (or `fn`) with parameters is: it runs on the blocking pool.
    pub fn blocking<M>(provider: impl BlockingProvider<M, Value = T>) -> Self {
        provider.into_provider()
    }
}
