//! What a provider's function returns: a value, an `Arc`, or a `Result` of either, told apart by its type.
//!
//! [`Returned`] has one method `told`, from four traits. The one with the most `&` in front comes first, so that each type finds
//! the most special that fits it, whatever alias it is written by. What the type must be able to do is demanded afterwards, in one
//! place, so that a mistake is one sentence.

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::inject::{Made, Shareable};
use crate::life::BoxFuture;
use crate::outcome::{BoxError, Result};

/// The return type of a provider's function.
#[doc(hidden)]
#[derive(Debug)]
pub struct Returned<R>(PhantomData<fn() -> R>);

impl<R> Returned<R> {
    pub fn of_future<F: Future<Output = R>>(_: &F) -> Self {
        Returned(PhantomData)
    }

    pub fn of_call<F: FnOnce() -> R>(_: &F) -> Self {
        Returned(PhantomData)
    }
}

/// How a returned `R` becomes a shared `T`, or an `E`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Told<R, T: ?Sized, E>(fn(R) -> Result<Arc<T>, E>);

#[doc(hidden)]
pub trait ResultOfShared<R, T: ?Sized, E> {
    fn told(&self) -> Told<R, T, E>;
}

impl<T: ?Sized, E> ResultOfShared<Result<Arc<T>, E>, T, E> for &&&Returned<Result<Arc<T>, E>> {
    fn told(&self) -> Told<Result<Arc<T>, E>, T, E> {
        Told(|returned| returned)
    }
}

#[doc(hidden)]
pub trait ResultOfValue<R, T, E> {
    fn told(&self) -> Told<R, T, E>;
}

impl<T, E> ResultOfValue<Result<T, E>, T, E> for &&Returned<Result<T, E>> {
    fn told(&self) -> Told<Result<T, E>, T, E> {
        Told(|returned| returned.map(Arc::new))
    }
}

#[doc(hidden)]
pub trait Shared<R, T: ?Sized> {
    fn told(&self) -> Told<R, T, Infallible>;
}

impl<T: ?Sized> Shared<Arc<T>, T> for &Returned<Arc<T>> {
    fn told(&self) -> Told<Arc<T>, T, Infallible> {
        Told(Ok)
    }
}

#[doc(hidden)]
pub trait Value<R> {
    fn told(&self) -> Told<R, R, Infallible>;
}

impl<T> Value<T> for Returned<T> {
    fn told(&self) -> Told<T, T, Infallible> {
        Told(|returned| Ok(Arc::new(returned)))
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
#[derive(Debug)]
pub struct Provides<R, T: ?Sized, E> {
    told: Told<R, T, E>,
    sound: Sound<T, E>,
}

/// A value that can be shared, and an error that can be boxed.
#[doc(hidden)]
#[derive(Debug)]
pub struct Sound<T: ?Sized, E> {
    forget: fn(Arc<T>) -> Made,
    error: fn(E) -> BoxError,
}

/// The only place where generated code demands both. It takes nothing: an error would be shown at what it takes.
#[doc(hidden)]
pub fn provided<T: ?Sized + Shareable, E: IntoBoxError>() -> Sound<T, E> {
    Sound { forget: T::forget, error: E::into_box_error }
}

impl<T: ?Sized, E> Sound<T, E> {
    /// Of this return type.
    pub fn from<R>(self, told: Told<R, T, E>) -> Provides<R, T, E> {
        Provides { told, sound: self }
    }
}

impl<T: Shareable, E: IntoBoxError> Provides<Result<T, E>, T, E> {
    /// What a closure that the builder takes returns.
    pub(super) fn result() -> Self {
        provided().from(Told(|returned: Result<T, E>| returned.map(Arc::new)))
    }
}

impl<R, T: ?Sized, E> Provides<R, T, E> {
    fn made(self, returned: R) -> Result<Made> {
        (self.told.0)(returned).map(self.sound.forget).map_err(self.sound.error)
    }
}

impl<R, T: ?Sized, E> Clone for Provides<R, T, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, T: ?Sized, E> Copy for Provides<R, T, E> {}

impl<T: ?Sized, E> Clone for Sound<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized, E> Copy for Sound<T, E> {}

impl<R, T: ?Sized, E> Clone for Told<R, T, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, T: ?Sized, E> Copy for Told<R, T, E> {}

/// The making of a `T` by an `async fn`.
#[doc(hidden)]
pub struct MadeTask<T: ?Sized>(pub(super) BoxFuture<'static, Result<Made>>, PhantomData<fn() -> Arc<T>>);

/// The making of a `T` by a `fn`.
#[doc(hidden)]
pub struct MadeJob<T: ?Sized>(pub(super) Job, PhantomData<fn() -> Arc<T>>);

type Job = Box<dyn FnOnce() -> Result<Made> + Send>;

/// The future of an `async fn`.
#[doc(hidden)]
pub fn making<F, R, T, E>(provides: Provides<R, T, E>, future: F) -> MadeTask<T>
where
    F: Future<Output = R> + Send + 'static,
    R: 'static,
    T: ?Sized + 'static,
    E: 'static,
{
    MadeTask(Box::pin(async move { provides.made(future.await) }), PhantomData)
}

/// The call of a `fn`.
#[doc(hidden)]
pub fn making_by<F, R, T, E>(provides: Provides<R, T, E>, call: F) -> MadeJob<T>
where
    F: FnOnce() -> R + Send + 'static,
    R: 'static,
    T: ?Sized + 'static,
    E: 'static,
{
    MadeJob(Box::new(move || provides.made(call())), PhantomData)
}

impl<T: ?Sized> fmt::Debug for MadeTask<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MadeTask")
    }
}

impl<T: ?Sized> fmt::Debug for MadeJob<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MadeJob")
    }
}
