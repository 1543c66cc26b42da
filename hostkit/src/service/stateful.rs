//! A service with state: a value that is made, started, run and stopped.
//!
//! `new` and `start` are dropped when a stop comes first, for their value was never in service; once `start` has succeeded,
//! `stop` runs whatever became of `run`, unless the whole had to be aborted.

use std::fmt;
use std::sync::Arc;

use super::offload::{on_pool, on_thread};
use super::{Policy, Runner};
use crate::clock;
use crate::inject::{Context, HostedService, Needs, Scope, Wants};
use crate::life::{BoxFuture, Caught, caught};
use crate::outcome::{BoxError, Failure, IntoOutcome, Result, RunResult, judged};
use crate::race::{First, race};

/// A type's `new`, `start`, `run` and `stop`; what `#[hosted_service]` on an `impl` block makes.
#[doc(hidden)]
pub struct Stateful<T> {
    wants: Wants,
    methods: Methods<T>,
}

struct Methods<T> {
    new: Maker<T>,
    start: Option<Act<T>>,
    run: Option<Act<T>>,
    stop: Option<Act<T>>,
}

type Making<T> = Box<dyn FnOnce() -> Result<T> + Send>;
type Acting<T> = Box<dyn FnOnce(&mut T) -> Result + Send>;

enum Maker<T> {
    Task(Box<dyn Fn(&Context) -> BoxFuture<'static, Result<T>> + Send + Sync>),
    Blocking(Box<dyn Fn(&Context) -> Making<T> + Send + Sync>),
}

enum Act<T> {
    Task(Box<dyn for<'a> Fn(&'a mut T, &Context) -> BoxFuture<'a, RunResult> + Send + Sync>),
    Blocking(Box<dyn Fn(&Context) -> Acting<T> + Send + Sync>),
}

/// A `new` with its parameters.
#[doc(hidden)]
pub struct New<T> {
    wants: Wants,
    maker: Maker<T>,
}

/// A `start`, `run` or `stop` with its parameters.
#[doc(hidden)]
pub struct Step<T> {
    wants: Wants,
    act: Act<T>,
}

impl<T: Send + 'static> New<T> {
    /// An `async fn new`.
    pub fn task<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<HostedService>),
        C: Fn(&Scope<'_, HostedService>) -> BoxFuture<'static, Result<T>> + Send + Sync + 'static,
    {
        let maker = Maker::Task(Box::new(move |context| call(&Scope::new(context))));
        New { wants: Needs::of(needs), maker }
    }

    /// A `fn new`.
    pub fn blocking<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<HostedService>),
        C: Fn(&Scope<'_, HostedService>) -> Making<T> + Send + Sync + 'static,
    {
        let maker = Maker::Blocking(Box::new(move |context| call(&Scope::new(context))));
        New { wants: Needs::of(needs), maker }
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
        let act = Act::Task(Box::new(move |value, context| call(value, &Scope::new(context))));
        Step { wants: Needs::of(needs), act }
    }

    /// A `fn`.
    pub fn blocking<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<HostedService>),
        C: Fn(&Scope<'_, HostedService>) -> Acting<T> + Send + Sync + 'static,
    {
        let act = Act::Blocking(Box::new(move |context| call(&Scope::new(context))));
        Step { wants: Needs::of(needs), act }
    }
}

impl<T: Send + 'static> Stateful<T> {
    /// A service that lives until it is told to stop.
    pub fn new(new: New<T>) -> Self {
        Stateful { wants: new.wants, methods: Methods { new: new.maker, start: None, run: None, stop: None } }
    }

    /// With a `start`.
    #[must_use]
    pub fn start(mut self, step: Step<T>) -> Self {
        self.wants.join(step.wants);
        self.methods.start = Some(step.act);
        self
    }

    /// With a `run`.
    #[must_use]
    pub fn run(mut self, step: Step<T>) -> Self {
        self.wants.join(step.wants);
        self.methods.run = Some(step.act);
        self
    }

    /// With a `stop`.
    #[must_use]
    pub fn stop(mut self, step: Step<T>) -> Self {
        self.wants.join(step.wants);
        self.methods.stop = Some(step.act);
        self
    }

    pub(super) fn into_runner(self) -> (Wants, impl Runner) {
        let ready = self.wants.ready;
        (self.wants, StatefulRunner { methods: Arc::new(self.methods), ready })
    }
}

impl<T> fmt::Debug for Stateful<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stateful<{}>", std::any::type_name::<T>())
    }
}

struct StatefulRunner<T> {
    methods: Arc<Methods<T>>,
    /// One of its methods says when it has started.
    ready: bool,
}

impl<T: Send + 'static> Runner for StatefulRunner<T> {
    fn run(&self, context: &Context, policy: &Policy) -> BoxFuture<'static, RunResult> {
        let (methods, context, policy, ready) =
            (self.methods.clone(), context.clone(), policy.clone(), self.ready);
        Box::pin(async move {
            let prepared = race(context.signal.raised(), methods.prepare(&context)).await;
            let value = match prepared {
                First::Left(()) => return Ok(()),
                First::Right(prepared) => prepared?,
            };
            if !ready {
                context.record.started();
            }
            context.record.run_began();
            methods.live(value, &context, &policy).await
        })
    }
}

impl<T: Send + 'static> Methods<T> {
    async fn prepare(&self, context: &Context) -> std::result::Result<Box<T>, Failure> {
        let made = match &self.new {
            Maker::Task(new) => Caught::new(caught(|| new(context))?).await,
            Maker::Blocking(new) => on_pool(caught(|| new(context))?).await,
        };
        let value =
            made.and_then(|made| made.map_err(Failure::of)).map_err(|failure| failure.during("in `new`"))?;
        let Some(start) = &self.start else { return Ok(Box::new(value)) };
        let (value, started) = start.act(Box::new(value), context, Length::Short).await;
        started.map_err(|failure| failure.during("in `start`"))?;
        value.ok_or_else(|| Failure::said("its value was lost in `start`"))
    }

    /// `run`, or the wait for a stop; then `stop`. A failure of either is kept; that of `run` came first.
    async fn live(&self, value: Box<T>, context: &Context, policy: &Policy) -> RunResult {
        let (value, ran) = match &self.run {
            Some(run) => run.act(value, context, Length::Long).await,
            None => {
                context.signal.raised().await;
                (Some(value), Ok(()))
            }
        };
        let (Some(stop), Some(value)) = (&self.stop, value) else { return ran };
        // Once told to stop, the host's deadline bounds it; before that, nobody else would.
        let stopping = stop.act(value, context, Length::Short);
        let stopped = if context.signal.is_raised() {
            stopping.await.1
        } else {
            clock::within(policy.stop_timeout, stopping)
                .await
                .map_or_else(|| Err(too_long(policy)), |(_, stopped)| stopped)
        };
        match (ran, stopped) {
            (ran, Ok(())) => ran,
            (Ok(()), Err(failure)) => Err(failure.during("in `stop`").firm()),
            (Err(ran), Err(stopped)) => {
                tracing::error!(target: "hostkit", error = %stopped, "`stop` failed, after `run` had");
                context.record.failed(stopped.during("in `stop`"));
                Err(ran.firm())
            }
        }
    }
}

fn too_long(policy: &Policy) -> Failure {
    Failure::said(format!("did not end within {}", hostkit_grammar::duration::show(policy.stop_timeout)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Length {
    Short,
    Long,
}

impl<T: Send + 'static> Act<T> {
    /// Acts on the value and hands it back; a thread that was lost keeps it.
    async fn act(&self, mut value: Box<T>, context: &Context, length: Length) -> (Option<Box<T>>, RunResult) {
        let acting = match self {
            Act::Task(act) => {
                let outcome = match caught(|| act(&mut value, context)) {
                    Ok(future) => Caught::new(future).await.flatten(),
                    Err(failure) => Err(failure),
                };
                return (Some(value), outcome);
            }
            Act::Blocking(act) => match caught(|| act(context)) {
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

/// `new` returned the value itself.
#[doc(hidden)]
pub fn made<T>(value: T) -> Result<T> {
    Ok(value)
}

/// `new` returned a `Result`.
#[doc(hidden)]
pub fn tried<T, E: Into<BoxError>>(value: std::result::Result<T, E>) -> Result<T> {
    value.map_err(Into::into)
}

#[doc(hidden)]
pub fn boxed<'a, T>(future: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    Box::pin(future)
}

#[doc(hidden)]
pub fn step<'a>(future: impl Future<Output: IntoOutcome> + Send + 'a) -> BoxFuture<'a, RunResult> {
    Box::pin(async move { judged(future.await) })
}

#[doc(hidden)]
pub fn outcome(outcome: impl IntoOutcome) -> Result {
    outcome.into_outcome()
}
