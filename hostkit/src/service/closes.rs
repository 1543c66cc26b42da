//! What closes a provided value: an `async` function of a reference to it, or of an `Arc`.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::outcome::result::{IntoOutcome, RunResult, judged};
use crate::sync::BoxFuture;

/// What [`Provider::close`](crate::builder::Provider::close) takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't close a `{T}`",
    label = "not an async function of `&{T}` or of `Arc<{T}>`",
    note = "give an `async` function, method or closure that takes `&{T}` or `Arc<{T}>` and returns `()` or a `Result<(), E>`; its future must be `Send`"
)]
pub trait Closes<T: ?Sized, M>: Send + Sync + 'static {
    #[doc(hidden)]
    fn closing(&self, value: Arc<T>) -> BoxFuture<'static, RunResult>;
}

#[doc(hidden)]
#[derive(Debug)]
pub struct ByArc<Fut>(PhantomData<fn() -> Fut>);

#[diagnostic::do_not_recommend]
impl<T, F, Fut> Closes<T, ByArc<Fut>> for F
where
    T: ?Sized + Send + Sync + 'static,
    F: Fn(Arc<T>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoOutcome> + Send + 'static,
{
    fn closing(&self, value: Arc<T>) -> BoxFuture<'static, RunResult> {
        let closing = self(value);
        Box::pin(async move { judged(closing.await) })
    }
}

#[doc(hidden)]
#[derive(Debug)]
pub enum ByReference {}

#[diagnostic::do_not_recommend]
impl<T, F> Closes<T, ByReference> for F
where
    T: ?Sized + Send + Sync + 'static,
    F: for<'a> BorrowingFn<'a, T> + Clone + Send + Sync + 'static,
{
    fn closing(&self, value: Arc<T>) -> BoxFuture<'static, RunResult> {
        let close = self.clone();
        Box::pin(async move { close.borrow(&value).await })
    }
}

/// An `async` function of a reference. Its future lives as long as the reference, which no bound on a closure can say.
#[doc(hidden)]
pub trait BorrowingFn<'a, T: ?Sized> {
    fn borrow(&self, value: &'a T) -> BoxFuture<'a, RunResult>;
}

#[diagnostic::do_not_recommend]
impl<'a, T, F, Fut> BorrowingFn<'a, T> for F
where
    T: ?Sized + 'a,
    F: Fn(&'a T) -> Fut,
    Fut: Future<Output: IntoOutcome> + Send + 'a,
{
    fn borrow(&self, value: &'a T) -> BoxFuture<'a, RunResult> {
        let closing = self(value);
        Box::pin(async move { judged(closing.await) })
    }
}

/// What the function that an attribute names by `close = …` may take of a `T`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`close` names a function that takes `{Self}`, not `&{T}` or `Arc<{T}>`",
    label = "not a reference to the value, and not its `Arc`",
    note = "`close` names an `async fn` that takes `&{T}` or `Arc<{T}>`"
)]
pub trait CloseArgument<'a, T: ?Sized> {
    fn taken(value: &'a Arc<T>) -> Self;
}

#[diagnostic::do_not_recommend]
impl<'a, T: ?Sized> CloseArgument<'a, T> for &'a T {
    fn taken(value: &'a Arc<T>) -> Self {
        value
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> CloseArgument<'_, T> for Arc<T> {
    fn taken(value: &Arc<T>) -> Self {
        value.clone()
    }
}

/// The value as the function takes it.
#[doc(hidden)]
pub fn taken<'a, T: ?Sized, P: CloseArgument<'a, T>>(value: &'a Arc<T>) -> P {
    P::taken(value)
}

/// What the function that an attribute names by `close = …` may return.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`close` names a function that returns `{Self}`, which can't be awaited as the end of a value",
    label = "not an `async fn` that returns nothing, or `hostkit::Result`",
    note = "`close` names an `async fn` that returns `()` or `Result<(), E>`; its future must be `Send`"
)]
pub trait CloseFuture<'a> {
    fn closing(self) -> BoxFuture<'a, RunResult>;
}

#[diagnostic::do_not_recommend]
impl<'a, F: Future<Output: IntoOutcome> + Send + 'a> CloseFuture<'a> for F {
    fn closing(self) -> BoxFuture<'a, RunResult> {
        Box::pin(async move { judged(self.await) })
    }
}

/// The future of that function.
#[doc(hidden)]
pub fn closing<'a, C: CloseFuture<'a>>(closing: C) -> BoxFuture<'a, RunResult> {
    closing.closing()
}
