//! The methods of a service with state, their parameters filled in: each is called with the value, and hands it back.

use super::maker::{Maker, MakerJob};
use super::offload::{on_pool, on_thread};
use super::state_value::StateValue;
use crate::inject::{Context, HostedService, NeedSet, Needs, Scope};
use crate::outcome::failure::Failure;
use crate::outcome::result::{BoxError, ConvertedOutcome, Result, RunResult};
use crate::sync::{BoxFuture, CatchUnwind, catch_panic};

/// A `new` with its parameters.
#[doc(hidden)]
pub struct Constructor<T> {
    pub(super) wants: NeedSet,
    call: Maker<T>,
}

/// A `start`, `run` or `stop` with its parameters.
#[doc(hidden)]
pub struct Method<T> {
    pub(super) wants: NeedSet,
    call: MethodCall<T>,
}

enum MethodCall<T> {
    Task(Box<AsyncMethod<T>>),
    Blocking(Box<BlockingMethod<T>>),
}

type AsyncMethod<T> = dyn for<'a> Fn(&'a mut T, &Context) -> BoxFuture<'a, RunResult> + Send + Sync;
type BlockingMethod<T> = dyn Fn(&Context) -> MethodJob<T> + Send + Sync;
type MethodJob<T> = Box<dyn FnOnce(&mut T) -> Result + Send>;

/// How long a blocking method may keep its thread.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockingLimit {
    /// `new`, `start`, `stop`: on the blocking pool.
    Short,
    /// `run`: on a thread of its own.
    Long,
}

impl<T: 'static> Constructor<T> {
    /// An `async fn new`.
    pub fn task<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<HostedService>),
        C: Fn(&Scope<'_, HostedService>) -> BoxFuture<'static, Result<T>> + Send + Sync + 'static,
    {
        Constructor { wants: Needs::of(needs), call: Maker::task(call) }
    }

    /// A `fn new`.
    pub fn blocking<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<HostedService>),
        C: Fn(&Scope<'_, HostedService>) -> MakerJob<T> + Send + Sync + 'static,
    {
        Constructor { wants: Needs::of(needs), call: Maker::blocking(call) }
    }

    pub(super) fn blocks(&self) -> bool {
        self.call.blocks()
    }

    /// Makes the value.
    pub(super) async fn make(&self, context: &Context) -> Result<StateValue<T>, Failure>
    where
        T: Send,
    {
        let state = StateValue::<T>::empty(self.blocks(), context);
        self.call.make(context, move |value| state.with(value)).await
    }
}

impl<T: 'static> Method<T> {
    /// An `async fn`.
    pub fn task<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<HostedService>),
        C: for<'a> Fn(&'a mut T, &Scope<'_, HostedService>) -> BoxFuture<'a, RunResult>
            + Send
            + Sync
            + 'static,
    {
        let call = MethodCall::Task(Box::new(move |value, context| call(value, &Scope::new(context))));
        Method { wants: Needs::of(needs), call }
    }

    /// A `fn`.
    pub fn blocking<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<HostedService>),
        C: Fn(&Scope<'_, HostedService>) -> MethodJob<T> + Send + Sync + 'static,
    {
        let call = MethodCall::Blocking(Box::new(move |context| call(&Scope::new(context))));
        Method { wants: Needs::of(needs), call }
    }

    pub(super) fn blocks(&self) -> bool {
        matches!(self.call, MethodCall::Blocking(_))
    }

    /// Acts on the value and hands it back; only a thread that was lost keeps it.
    pub(super) async fn act(
        &self,
        mut value: StateValue<T>,
        context: &Context,
        length: BlockingLimit,
    ) -> (Option<StateValue<T>>, RunResult)
    where
        T: Send,
    {
        let acting = match &self.call {
            MethodCall::Task(act) => {
                let outcome = match catch_panic(|| act(&mut value, context)) {
                    Ok(future) => CatchUnwind::new(future).await.flatten(),
                    Err(failure) => Err(failure),
                };
                return (Some(value), outcome);
            }
            MethodCall::Blocking(act) => match catch_panic(|| act(context)) {
                Ok(acting) => acting,
                Err(failure) => return (Some(value), Err(failure)),
            },
        };
        let work = move || {
            let outcome = catch_panic(|| acting(&mut value)).and_then(|outcome| outcome.map_err(Failure::of));
            (value, outcome)
        };
        let back = match length {
            BlockingLimit::Short => on_pool(context, work).await,
            BlockingLimit::Long => on_thread(context, work).await,
        };
        match back {
            Ok((value, outcome)) => (Some(value), outcome),
            Err(failure) => (None, Err(failure)),
        }
    }
}

/// What `new` may return: the value, or a `Result` of it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`new` returns `{Self}`, not `{T}`",
    label = "return `Self`, or `hostkit::Result<Self>`",
    note = "`new` returns `Self` or `Result<Self, E>`, where `E` converts into `hostkit::BoxError` (every error type does, and `anyhow::Error` too)"
)]
pub trait IntoConstructed<T> {
    /// The value, or its error boxed.
    fn into_made(self) -> Result<T>;
}

#[diagnostic::do_not_recommend]
impl<T> IntoConstructed<T> for T {
    fn into_made(self) -> Result<T> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<BoxError>> IntoConstructed<T> for Result<T, E> {
    fn into_made(self) -> Result<T> {
        self.map_err(Into::into)
    }
}

/// What `new` returns, checked where it is written; everything after it only converts.
#[doc(hidden)]
pub struct ConstructorReturn<T, R>(fn(R) -> Result<T>);

/// The only place where generated code demands `R: IntoConstructed<T>`, so that a wrong return type is one error.
#[doc(hidden)]
pub fn makes<T, R: IntoConstructed<T>>() -> ConstructorReturn<T, R> {
    ConstructorReturn(R::into_made)
}

impl<T, R> Clone for ConstructorReturn<T, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, R> Copy for ConstructorReturn<T, R> {}

/// The future of an `async fn new`.
#[doc(hidden)]
pub fn made<F, T, R>(makes: ConstructorReturn<T, R>, future: F) -> BoxFuture<'static, Result<T>>
where
    F: Future<Output = R> + Send + 'static,
    T: 'static,
    R: 'static,
{
    Box::pin(async move { (makes.0)(future.await) })
}

/// The call of a `fn new`.
#[doc(hidden)]
pub fn made_by<F, T, R>(makes: ConstructorReturn<T, R>, new: F) -> MakerJob<T>
where
    F: FnOnce() -> R + Send + 'static,
    T: 'static,
    R: 'static,
{
    Box::new(move || (makes.0)(new()))
}

/// The future of an `async` method.
#[doc(hidden)]
pub fn step<'a, F, T, R>(returns: R, future: F) -> BoxFuture<'a, RunResult>
where
    F: Future<Output = T> + Send + 'a,
    R: Fn(T) -> Result + Copy + Send + Sync + 'static,
{
    Box::pin(ConvertedOutcome::new(future, returns))
}

/// The call of a blocking method.
#[doc(hidden)]
pub fn turn<S, F, T, R>(returns: R, step: F) -> MethodJob<S>
where
    F: FnOnce(&mut S) -> T + Send + 'static,
    R: Fn(T) -> Result + Copy + Send + Sync + 'static,
{
    Box::new(move |value| returns(step(value)))
}
