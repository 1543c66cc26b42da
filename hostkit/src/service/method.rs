//! The methods of a service with state, their parameters filled in: each is called with the value, and hands it back.

use std::fmt;

use super::offload::{on_pool, on_thread};
use crate::inject::{Context, HostedService, Needs, Scope, Wants};
use crate::life::{BoxFuture, Caught, caught};
use crate::outcome::{BoxError, Failure, IntoOutcome, Judged, Result, RunResult};

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

impl<T: Send + 'static> New<T> {
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

    /// Makes the value.
    pub(super) async fn make(&self, context: &Context) -> Result<T, Failure> {
        let made = match &self.call {
            NewCall::Task(new) => Caught::new(caught(|| new(context))?).await?,
            NewCall::Blocking(new) => on_pool(caught(|| new(context))?).await?,
        };
        made.map_err(Failure::of)
    }
}

impl<T: Send + 'static> Step<T> {
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

    /// Acts on the value and hands it back; only a thread that was lost keeps it.
    pub(super) async fn act(
        &self,
        mut value: Box<T>,
        context: &Context,
        length: Length,
    ) -> (Option<Box<T>>, RunResult) {
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
            Length::Short => on_pool(work).await,
            Length::Long => on_thread(context.record.name(), work).await,
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

/// `new` returned the value itself.
#[doc(hidden)]
pub fn made<T>(value: T) -> Result<T> {
    Ok(value)
}

/// `new` returned a `Result`.
#[doc(hidden)]
pub fn tried<T, E: Into<BoxError>>(value: Result<T, E>) -> Result<T> {
    value.map_err(Into::into)
}

#[doc(hidden)]
pub fn boxed<'a, T>(future: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    Box::pin(future)
}

#[doc(hidden)]
pub fn step<'a>(future: impl Future<Output: IntoOutcome> + Send + 'a) -> BoxFuture<'a, RunResult> {
    Box::pin(Judged::new(future))
}

#[doc(hidden)]
pub fn outcome(outcome: impl IntoOutcome) -> Result {
    outcome.into_outcome()
}
