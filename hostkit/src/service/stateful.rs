//! A service with state: a value that is made, started, run and stopped.
//!
//! `new` and `start` are dropped when a stop comes first, for their value was never in service; once `start` has succeeded,
//! `stop` runs whatever became of `run`, unless the whole had to be aborted.

use std::fmt;
use std::sync::Arc;

use hostkit_grammar::duration::show;

use super::method::{Length, New, Step};
use super::{Policy, Runner};
use crate::clock;
use crate::failure::Failure;
use crate::inject::{Context, Wants};
use crate::life::BoxFuture;
use crate::outcome::{Result, RunResult};
use crate::race::{First, race};

/// A type's `new`, `start`, `run` and `stop`; what `#[hosted_service]` on an `impl` block makes.
#[doc(hidden)]
pub struct Stateful<T> {
    new: New<T>,
    start: Option<Step<T>>,
    run: Option<Step<T>>,
    stop: Option<Step<T>>,
}

impl<T: 'static> Stateful<T> {
    /// A service that lives until it is told to stop.
    pub fn new(new: New<T>) -> Self {
        Stateful { new, start: None, run: None, stop: None }
    }

    /// With a `start`.
    #[must_use]
    pub fn start(mut self, step: Step<T>) -> Self {
        self.start = Some(step);
        self
    }

    /// With a `run`.
    #[must_use]
    pub fn run(mut self, step: Step<T>) -> Self {
        self.run = Some(step);
        self
    }

    /// With a `stop`.
    #[must_use]
    pub fn stop(mut self, step: Step<T>) -> Self {
        self.stop = Some(step);
        self
    }

    /// Here, and nowhere earlier, the value has to be one that can move between threads: one place, one error.
    pub(super) fn into_runner(mut self) -> (Wants, impl Runner)
    where
        T: Send,
    {
        let mut wants = std::mem::take(&mut self.new.wants);
        for step in [&mut self.start, &mut self.run, &mut self.stop].into_iter().flatten() {
            wants.join(std::mem::take(&mut step.wants));
        }
        let ready = wants.ready;
        (wants, StatefulRunner { service: Arc::new(self), ready })
    }
}

impl<T: Send + 'static> Stateful<T> {
    /// `new` and `start`.
    async fn prepare(&self, context: &Context) -> Result<Box<T>, Failure> {
        let made = self.new.make(context).await.map_err(|failure| failure.during("in `new`"))?;
        let Some(start) = &self.start else { return Ok(Box::new(made)) };
        let (value, started) = start.act(Box::new(made), context, Length::Short).await;
        started.map_err(|failure| failure.during("in `start`"))?;
        value.ok_or_else(|| Failure::said("its value was lost in `start`"))
    }

    /// `run`, or the wait for a stop; then `stop`. Both may fail, and that of `run` came first.
    async fn live(&self, value: Box<T>, context: &Context, policy: &Policy) -> RunResult {
        let (value, ran) = match &self.run {
            Some(run) => run.act(value, context, Length::Long).await,
            None => {
                context.record.signal().raised().await;
                (Some(value), Ok(()))
            }
        };
        let (Some(stop), Some(value)) = (&self.stop, value) else { return ran };
        let stopping = stop.act(value, context, Length::Short);
        let stopped = if context.record.signal().is_raised() {
            stopping.await.1 // within the time that the host gives
        } else {
            let limit = policy.stop_timeout(); // nobody was told to stop, so nobody else would bound it
            let too_long = || Err(Failure::said(format!("did not end within {}", show(limit))));
            clock::within(limit, stopping).await.map_or_else(too_long, |(_, stopped)| stopped)
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

impl<T> fmt::Debug for Stateful<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stateful<{}>", std::any::type_name::<T>())
    }
}

struct StatefulRunner<T> {
    service: Arc<Stateful<T>>,
    /// One of its methods says when it has started.
    ready: bool,
}

impl<T: Send + 'static> Runner for StatefulRunner<T> {
    fn run(&self, context: &Context, policy: &Policy) -> BoxFuture<'static, RunResult> {
        let (service, context, policy, ready) =
            (self.service.clone(), context.clone(), policy.clone(), self.ready);
        Box::pin(async move {
            let prepared = race(context.record.signal().raised(), service.prepare(&context)).await;
            let value = match prepared {
                First::Left(()) => return Ok(()),
                First::Right(prepared) => prepared?,
            };
            if !ready {
                context.record.started();
            }
            context.record.run_began();
            service.live(value, &context, &policy).await
        })
    }
}
