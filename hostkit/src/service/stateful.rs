//! A service with state: a value that is made, started, run and stopped.
//!
//! `new` and `start` are dropped when a stop comes first, for their value was never in service; once `start` has succeeded,
//! `stop` runs whatever became of `run`, unless the whole had to be aborted.

use std::sync::Arc;

use hostkit_grammar::duration::show;

use super::method::{BlockingLimit, Constructor, Method};
use super::offload::RunThreads;
use super::state_value::StateValue;
use super::{Policy, Runner};
use crate::inject::{Context, NeedSet};
use crate::outcome::failure::Failure;
use crate::outcome::result::{Result, RunResult};
use crate::sync::BoxFuture;
use crate::sync::live_count::LiveCount;
use crate::sync::select2::{Either, select2};
use crate::time::clock;

/// A type's `new`, `start`, `run` and `stop`; what `#[hosted_service]` on an `impl` block makes.
#[doc(hidden)]
pub struct Stateful<T> {
    new: Constructor<T>,
    start: Option<Method<T>>,
    run: Option<Method<T>>,
    stop: Option<Method<T>>,
}

impl<T: 'static> Stateful<T> {
    /// A service that lives until it is told to stop.
    pub fn new(new: Constructor<T>) -> Self {
        Stateful { new, start: None, run: None, stop: None }
    }

    /// With a `start`.
    #[must_use]
    pub fn start(mut self, step: Method<T>) -> Self {
        self.start = Some(step);
        self
    }

    /// With a `run`.
    #[must_use]
    pub fn run(mut self, step: Method<T>) -> Self {
        self.run = Some(step);
        self
    }

    /// With a `stop`.
    #[must_use]
    pub fn stop(mut self, step: Method<T>) -> Self {
        self.stop = Some(step);
        self
    }

    /// Here, and nowhere earlier, the value has to be one that can move between threads: one place, one error.
    pub(super) fn into_runner(mut self) -> (NeedSet, impl Runner)
    where
        T: Send,
    {
        let mut wants = std::mem::take(&mut self.new.wants);
        for step in [&mut self.start, &mut self.run, &mut self.stop].into_iter().flatten() {
            wants.join(std::mem::take(&mut step.wants));
        }
        let ready = wants.ready;
        let blocks = self.new.blocks()
            || [&self.start, &self.run, &self.stop].into_iter().flatten().any(Method::blocks);
        (wants, StatefulRunner { service: Arc::new(self), ready, threads: blocks.then(LiveCount::default) })
    }
}

impl<T: Send + 'static> Stateful<T> {
    async fn life(&self, context: &Context, policy: &Policy, ready: bool) -> RunResult {
        let prepared = select2(context.record.signal().cancelled(), self.prepare(context)).await;
        let value = match prepared {
            Either::Left(()) => return Ok(()),
            Either::Right(prepared) => prepared?,
        };
        if !ready {
            context.record.started();
        }
        context.record.run_began();
        self.live(value, context, policy).await
    }

    /// `new` and `start`.
    async fn prepare(&self, context: &Context) -> Result<StateValue<T>, Failure> {
        let made = self.new.make(context).await.map_err(|failure| failure.during("in `new`"))?;
        let Some(start) = &self.start else { return Ok(made) };
        let (value, started) = start.act(made, context, BlockingLimit::Short).await;
        if let Err(failure) = started {
            let failure = failure.during("in `start`");
            return Err(too(failure, dispose(value, context).await, context));
        }
        value.ok_or_else(|| Failure::said("its value was lost in `start`"))
    }

    /// `run`, or the wait for a stop; then `stop`; then the value is dropped. All may fail, and that of `run` came first.
    async fn live(&self, value: StateValue<T>, context: &Context, policy: &Policy) -> RunResult {
        let (value, ran) = match &self.run {
            Some(run) => run.act(value, context, BlockingLimit::Long).await,
            None => {
                context.record.signal().cancelled().await;
                (Some(value), Ok(()))
            }
        };
        let Some(value) = value else { return ran };
        let Some(stop) = &self.stop else {
            return after(ran, value.dispose(context).await, context);
        };
        let stopping = async {
            let (value, stopped) = stop.act(value, context, BlockingLimit::Short).await;
            let stopped = stopped.map_err(|failure| failure.during("in `stop`"));
            after(stopped, dispose(value, context).await, context)
        };
        let stopped = if context.record.signal().is_cancelled() {
            stopping.await // within the time that the host gives
        } else {
            let limit = policy.stop_timeout(); // nobody was told to stop, so nobody else would bound it
            let too_long = || Err(Failure::said(format!("in `stop`: did not end within {}", show(limit))));
            clock::within(limit, stopping).await.unwrap_or_else(too_long)
        };
        after(ran, stopped, context)
    }
}

async fn dispose<T: Send + 'static>(value: Option<StateValue<T>>, context: &Context) -> RunResult {
    match value {
        Some(value) => value.dispose(context).await,
        None => Ok(()),
    }
}

/// What came of it, and of what came after it: no stop excuses the latter.
fn after(before: RunResult, after: RunResult, context: &Context) -> RunResult {
    match (before, after) {
        (before, Ok(())) => before,
        (Ok(()), Err(failure)) => Err(failure.firm()),
        (Err(before), after) => Err(too(before, after, context)),
    }
}

/// The first failure; a second one is told.
fn too(before: Failure, after: RunResult, context: &Context) -> Failure {
    let Err(failure) = after else { return before };
    tracing::error!(target: "hostkit", error = %failure, "failed again, after it had failed");
    context.record.failed(failure);
    before.firm()
}

struct StatefulRunner<T> {
    service: Arc<Stateful<T>>,
    /// One of its methods says when it has started.
    ready: bool,
    /// Of those of its methods that are no `async fn`.
    threads: Option<LiveCount>,
}

impl<T: Send + 'static> Runner for StatefulRunner<T> {
    fn run(&self, context: &Context, policy: &Policy) -> BoxFuture<'static, RunResult> {
        let (service, context, policy, ready) =
            (self.service.clone(), context.clone(), policy.clone(), self.ready);
        let of_run = self.threads.as_ref().map(|threads| RunThreads::begin(&context, threads));
        Box::pin(async move {
            let context = of_run.as_ref().map_or(&context, |run| &run.context);
            let ended = service.life(context, &policy, ready).await;
            if let Some(run) = of_run {
                run.ended();
            }
            ended
        })
    }

    fn threads(&self) -> Option<&LiveCount> {
        self.threads.as_ref()
    }
}
