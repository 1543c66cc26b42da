//! The methods of a service with state, their parameters filled in: each is called with the value, and hands it back.

use std::fmt;

use super::offload::{on_pool, on_thread};
use super::value::StateValue;
use crate::failure::Failure;
use crate::inject::{Context, HostedService, Needs, Scope, Wants};
use crate::life::{BoxFuture, Caught, caught};
use crate::outcome::{BoxError, Judged, Result, RunResult};

/// A `new` with its parameters.
#[doc(hidden)]
pub struct New<T> {
    pub(super) wants: Wants,
    call: NewCall<T>,
}

/// A `start`, `run` or `stop` with its parameters.
#[doc(hidden)]
pub struct Step<T> {
    pub(super) wants: Wants,
    call: StepCall<T>,
}

enum NewCall<T> {
    Task(Box<MakeTask<T>>),
    Blocking(Box<Make<T>>),
}

enum StepCall<T> {
    Task(Box<ActTask<T>>),
    Blocking(Box<Act<T>>),
}

type MakeTask<T> = dyn Fn(&Context) -> BoxFuture<'static, Result<T>> + Send + Sync;
type Make<T> = dyn Fn(&Context) -> Making<T> + Send + Sync;
type Making<T> = Box<dyn FnOnce() -> Result<T> + Send>;
type ActTask<T> = dyn for<'a> Fn(&'a mut T, &Context) -> BoxFuture<'a, RunResult> + Send + Sync;
type Act<T> = dyn Fn(&Context) -> Acting<T> + Send + Sync;
type Acting<T> = Box<dyn FnOnce(&mut T) -> Result + Send>;

/// How long a blocking method may keep its thread.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// `new`, `start`, `stop`: on the blocking pool.
    Short,
    /// `run`: on a thread of its own.
    Long,
}

impl<T: 'static> New<T> {
    /// An `async fn new`.
    pub fn task<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<HostedService>),
        C: Fn(&Scope<'_, HostedService>) -> BoxFuture<'static, Result<T>> + Send + Sync + 'static,
    {
        let call = NewCall::Task(Box::new(move |context| call(&Scope::new(context))));
        New { wants: Needs::of(needs), call }
    }

    /// A `fn new`.
    pub fn blocking<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<HostedService>),
        C: Fn(&Scope<'_, HostedService>) -> Making<T> + Send + Sync + 'static,
    {
        let call = NewCall::Blocking(Box::new(move |context| call(&Scope::new(context))));
        New { wants: Needs::of(needs), call }
    }

    pub(super) fn blocks(&self) -> bool {
        matches!(self.call, NewCall::Blocking(_))
    }

    /// Makes the value.
    pub(super) async fn make(&self, context: &Context) -> Result<StateValue<T>, Failure>
    where
        T: Send,
    {
        let made = match &self.call {
            NewCall::Task(new) => {
                let made = Caught::new(caught(|| new(context))?).await?;
                made.map(|value| StateValue::<T>::empty(false, context).with(value))
            }
            NewCall::Blocking(new) => {
                let (new, state) = (caught(|| new(context))?, StateValue::<T>::empty(true, context));
                on_pool(context, move || new().map(|value| state.with(value))).await?
            }
        };
        made.map_err(Failure::of)
    }
}

impl<T: 'static> Step<T> {
    /// An `async fn`.
    pub fn task<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<HostedService>),
        C: for<'a> Fn(&'a mut T, &Scope<'_, HostedService>) -> BoxFuture<'a, RunResult>
            + Send
            + Sync
            + 'static,
    {
        let call = StepCall::Task(Box::new(move |value, context| call(value, &Scope::new(context))));
        Step { wants: Needs::of(needs), call }
    }

    /// A `fn`.
    pub fn blocking<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<HostedService>),
        C: Fn(&Scope<'_, HostedService>) -> Acting<T> + Send + Sync + 'static,
    {
        let call = StepCall::Blocking(Box::new(move |context| call(&Scope::new(context))));
        Step { wants: Needs::of(needs), call }
    }

    pub(super) fn blocks(&self) -> bool {
        matches!(self.call, StepCall::Blocking(_))
    }

    /// Acts on the value and hands it back; only a thread that was lost keeps it.
    pub(super) async fn act(
        &self,
        mut value: StateValue<T>,
        context: &Context,
        length: Length,
    ) -> (Option<StateValue<T>>, RunResult)
    where
        T: Send,
    {
        let acting = match &self.call {
            StepCall::Task(act) => {
                let outcome = match caught(|| act(&mut value, context)) {
                    Ok(future) => Caught::new(future).await.flatten(),
                    Err(failure) => Err(failure),
                };
                return (Some(value), outcome);
            }
            StepCall::Blocking(act) => match caught(|| act(context)) {
                Ok(acting) => acting,
                Err(failure) => return (Some(value), Err(failure)),
            },
        };
        let work = move || {
            let outcome = caught(|| acting(&mut value)).and_then(|outcome| outcome.map_err(Failure::of));
            (value, outcome)
        };
        let back = match length {
            Length::Short => on_pool(context, work).await,
            Length::Long => on_thread(context, work).await,
        };
        match back {
            Ok((value, outcome)) => (Some(value), outcome),
            Err(failure) => (None, Err(failure)),
        }
    }
}

impl<T> fmt::Debug for New<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("New")
    }
}

impl<T> fmt::Debug for Step<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Step")
    }
}

/// What `new` may return: the value, or a `Result` of it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`new` returns `{Self}`, not `{T}`",
    label = "return `Self`, or `hostkit::Result<Self>`",
    note = "`new` returns `Self` or `Result<Self, E>`, where `E` converts into `hostkit::BoxError` (every error type does, and `anyhow::Error` too)"
)]
pub trait IntoMade<T> {
    /// The value, or its error boxed.
    fn into_made(self) -> Result<T>;
}

#[diagnostic::do_not_recommend]
impl<T> IntoMade<T> for T {
    fn into_made(self) -> Result<T> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<BoxError>> IntoMade<T> for Result<T, E> {
    fn into_made(self) -> Result<T> {
        self.map_err(Into::into)
    }
}

/// What `new` returns, checked where it is written; everything after it only converts.
#[doc(hidden)]
pub struct Makes<T, R>(fn(R) -> Result<T>);

/// The only place where generated code demands `R: IntoMade<T>`, so that a wrong return type is one error.
#[doc(hidden)]
pub fn makes<T, R: IntoMade<T>>() -> Makes<T, R> {
    Makes(R::into_made)
}

impl<T, R> Clone for Makes<T, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, R> Copy for Makes<T, R> {}

impl<T, R> fmt::Debug for Makes<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Makes<{}>", std::any::type_name::<T>())
    }
}

/// The future of an `async fn new`.
#[doc(hidden)]
pub fn made<F, T, R>(makes: Makes<T, R>, future: F) -> BoxFuture<'static, Result<T>>
where
    F: Future<Output = R> + Send + 'static,
    T: 'static,
    R: 'static,
{
    Box::pin(async move { (makes.0)(future.await) })
}

/// The call of a `fn new`.
#[doc(hidden)]
pub fn made_by<F, T, R>(makes: Makes<T, R>, new: F) -> Making<T>
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
    Box::pin(Judged::new(future, returns))
}

/// The call of a blocking method.
#[doc(hidden)]
pub fn turn<S, F, T, R>(returns: R, step: F) -> Acting<S>
where
    F: FnOnce(&mut S) -> T + Send + 'static,
    R: Fn(T) -> Result + Copy + Send + Sync + 'static,
{
    Box::new(move |value| returns(step(value)))
}
