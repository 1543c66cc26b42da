//! What a provider's function returns: a value, an `Arc`, or a `Result` of either, told apart by its type.
//!
//! [`ReturnType`] has one method `told`, from four traits. The one with the most `&` in front comes first, so that each type finds
//! the most special that fits it, whatever alias it is written by. What the type must be able to do is demanded afterwards, in one
//! place, so that a mistake is one sentence.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::inject::{AnyValue, Shareable};
use crate::outcome::result::{BoxError, Result};
use crate::sync::BoxFuture;

/// The return type of a provider's function.
#[doc(hidden)]
pub struct ReturnType<R>(PhantomData<fn() -> R>);

impl<R> ReturnType<R> {
    pub fn of_future<F: Future<Output = R>>(_: &F) -> Self {
        ReturnType(PhantomData)
    }

    pub fn of_call<F: FnOnce() -> R>(_: &F) -> Self {
        ReturnType(PhantomData)
    }
}

/// How a returned `R` becomes a shared `T`, or an `E`.
#[doc(hidden)]
pub struct ProviderReturn<R, T: ?Sized, E>(fn(R) -> Result<Arc<T>, E>);

#[doc(hidden)]
pub trait ResultOfShared<R, T: ?Sized, E> {
    fn told(&self) -> ProviderReturn<R, T, E>;
}

impl<T: ?Sized, E> ResultOfShared<Result<Arc<T>, E>, T, E> for &&&ReturnType<Result<Arc<T>, E>> {
    fn told(&self) -> ProviderReturn<Result<Arc<T>, E>, T, E> {
        ProviderReturn(|returned| returned)
    }
}

#[doc(hidden)]
pub trait ResultOfValue<R, T, E> {
    fn told(&self) -> ProviderReturn<R, T, E>;
}

impl<T, E> ResultOfValue<Result<T, E>, T, E> for &&ReturnType<Result<T, E>> {
    fn told(&self) -> ProviderReturn<Result<T, E>, T, E> {
        ProviderReturn(|returned| returned.map(Arc::new))
    }
}

#[doc(hidden)]
pub trait SharedReturn<R, T: ?Sized> {
    fn told(&self) -> ProviderReturn<R, T, Infallible>;
}

impl<T: ?Sized> SharedReturn<Arc<T>, T> for &ReturnType<Arc<T>> {
    fn told(&self) -> ProviderReturn<Arc<T>, T, Infallible> {
        ProviderReturn(Ok)
    }
}

#[doc(hidden)]
pub trait ValueReturn<R> {
    fn told(&self) -> ProviderReturn<R, R, Infallible>;
}

impl<T> ValueReturn<T> for ReturnType<T> {
    fn told(&self) -> ProviderReturn<T, T, Infallible> {
        ProviderReturn(|returned| Ok(Arc::new(returned)))
    }
}

/// What can be the error of a provider.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the error of a provider",
    label = "not convertible into `hostkit::BoxError`",
    note = "a provider returns `T`, `Result<T, E>`, `Arc<dyn Trait>` or `Result<Arc<dyn Trait>, E>`, where `E` converts into `hostkit::BoxError` (every error that is `Send + Sync` does, as `Box<dyn Error + Send + Sync>` and `anyhow::Error`; `Box<dyn Error>` alone does not)"
)]
pub trait IntoBoxError {
    fn into_box_error(self) -> BoxError;
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> IntoBoxError for E {
    fn into_box_error(self) -> BoxError {
        self.into()
    }
}

/// What a provider returns, checked where it is written; everything after it only converts.
#[doc(hidden)]
pub struct ProviderFn<R, T: ?Sized, E> {
    told: ProviderReturn<R, T, E>,
    sound: CheckedProvider<T, E>,
}

/// A value that can be shared, and an error that can be boxed.
#[doc(hidden)]
pub struct CheckedProvider<T: ?Sized, E> {
    forget: fn(Arc<T>) -> AnyValue,
    error: fn(E) -> BoxError,
}

/// The only place where generated code demands both. It takes nothing: an error would be shown at what it takes.
#[doc(hidden)]
pub fn provided<T: ?Sized + Shareable, E: IntoBoxError>() -> CheckedProvider<T, E> {
    CheckedProvider { forget: T::forget, error: E::into_box_error }
}

impl<T: ?Sized, E> CheckedProvider<T, E> {
    /// Of this return type.
    pub fn from<R>(self, told: ProviderReturn<R, T, E>) -> ProviderFn<R, T, E> {
        ProviderFn { told, sound: self }
    }
}

impl<T: Shareable, E: IntoBoxError> ProviderFn<Result<T, E>, T, E> {
    /// What a closure that the builder takes returns.
    pub(super) fn result() -> Self {
        provided().from(ProviderReturn(|returned: Result<T, E>| returned.map(Arc::new)))
    }
}

impl<R, T: ?Sized, E> ProviderFn<R, T, E> {
    fn made(self, returned: R) -> Result<AnyValue> {
        (self.told.0)(returned).map(self.sound.forget).map_err(self.sound.error)
    }
}

impl<T: ?Sized, E> Clone for CheckedProvider<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized, E> Copy for CheckedProvider<T, E> {}

/// The making of a `T` by an `async fn`.
#[doc(hidden)]
pub struct ProviderFuture<T: ?Sized>(
    pub(super) BoxFuture<'static, Result<AnyValue>>,
    PhantomData<fn() -> Arc<T>>,
);

/// The making of a `T` by a `fn`.
#[doc(hidden)]
pub struct ProviderJob<T: ?Sized>(pub(super) ProviderClosure, PhantomData<fn() -> Arc<T>>);

type ProviderClosure = Box<dyn FnOnce() -> Result<AnyValue> + Send>;

/// The future of an `async fn`.
#[doc(hidden)]
pub fn making<F, R, T, E>(provides: ProviderFn<R, T, E>, future: F) -> ProviderFuture<T>
where
    F: Future<Output = R> + Send + 'static,
    R: 'static,
    T: ?Sized + 'static,
    E: 'static,
{
    ProviderFuture(Box::pin(async move { provides.made(future.await) }), PhantomData)
}

/// The call of a `fn`.
#[doc(hidden)]
pub fn making_by<F, R, T, E>(provides: ProviderFn<R, T, E>, call: F) -> ProviderJob<T>
where
    F: FnOnce() -> R + Send + 'static,
    R: 'static,
    T: ?Sized + 'static,
    E: 'static,
{
    ProviderJob(Box::new(move || provides.made(call())), PhantomData)
}
