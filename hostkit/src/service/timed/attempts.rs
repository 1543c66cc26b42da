//! The attempts of one run of a timed service, within its time.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as Cx, Poll};
use std::time::Duration;

use hostkit_grammar::duration::show;

use super::state::TimerDefinition;
use crate::inject::Context;
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::service::offload::{on_pool, on_pool_counted};
use crate::service::pool_wait::PoolWait;
use crate::service::{Call, StartedCall};
use crate::state::ServiceRecord;
use crate::sync::select2::{Either, select2};
use crate::sync::{BoxFuture, CatchUnwind, catch_panic};
use crate::time::clock::{self, Instant};
use crate::time::tick_info::TickInfo;

/// What came of a run.
pub(super) enum RunEnd {
    Ended(RunResult),
    /// It has failed, for its time is over; but it is a `fn`, whose thread goes on. The future ends with the thread.
    TimedOut(Failure, BoxFuture<'static, RunResult>),
}

/// The attempts of one run, until one succeeds, none is left, or the time is over.
pub(super) enum Attempts {
    /// Without retries and timeout: the user's own future, and no other around it.
    One(CatchUnwind<'static, RunResult>),
    Several(BoxFuture<'static, RunEnd>),
    /// None is left; the thread of the last one goes on.
    Thread(BoxFuture<'static, RunResult>),
}

impl Attempts {
    pub(super) fn several(definition: &Arc<TimerDefinition>, context: &Context, due: TickInfo) -> Self {
        let (definition, context) = (definition.clone(), context.clone());
        Attempts::Several(Box::pin(async move { retried(&definition, &context, &due).await }))
    }

    /// Calls the user's function.
    pub(super) fn one(call: &dyn Call, context: &Context, due: &TickInfo) -> Self {
        Attempts::One(CatchUnwind::new(match catch_panic(|| call.call(context, Some(due))) {
            Ok(StartedCall::Task(task)) => task,
            Ok(StartedCall::Firm(begin)) => begin(PoolWait::default()),
            Ok(StartedCall::Blocking(job)) => {
                let context = context.clone();
                Box::pin(async move { on_pool(&context, job).await.flatten() })
            }
            Err(failure) => Box::pin(std::future::ready(Err(failure))),
        }))
    }

    pub(super) fn poll(&mut self, cx: &mut Cx<'_>) -> Poll<RunEnd> {
        match self {
            Attempts::One(task) => pin!(task).poll(cx).map(|outcome| RunEnd::Ended(outcome.flatten())),
            Attempts::Several(attempts) => attempts.as_mut().poll(cx),
            Attempts::Thread(job) => job.as_mut().poll(cx).map(RunEnd::Ended),
        }
    }

    /// Drops it early; a panic of the drop is a failure of the service. What a thread does goes on, and nothing looks at it.
    pub(super) fn cancel(self, record: &ServiceRecord) {
        let dropped = match self {
            Attempts::One(mut task) => task.dispose(),
            Attempts::Several(attempts) => catch_panic(|| drop(attempts)),
            Attempts::Thread(job) => catch_panic(|| drop(job)),
        };
        if let Err(failure) = dropped {
            let failure = failure.during("while being cancelled");
            tracing::error!(target: "hostkit", error = %failure, "run failed; the schedule goes on");
            record.failed(failure);
        }
    }
}

/// What a run may take, retries included. The wait of a `fn` for a thread is no part of it.
struct Limit {
    begun: Instant,
    timeout: Option<Duration>,
    wait: PoolWait,
}

impl Limit {
    /// The future's output, or nothing once the time is over.
    async fn within<F: Future>(&self, future: F) -> Option<F::Output> {
        match self.timeout {
            None => Some(future.await),
            Some(timeout) => self.wait.within(self.begun, timeout, future).await,
        }
    }

    /// When it is over, between attempts.
    fn deadline(&self) -> Option<Instant> {
        self.wait.deadline(self.begun, self.timeout?)
    }

    fn is_over(&self) -> bool {
        self.deadline().is_some_and(|deadline| clock::now() >= deadline)
    }

    /// It took longer.
    fn too_long(&self, and: &str) -> Failure {
        Failure::said(format!("did not end within {} {and}", show(self.timeout.unwrap_or_default())))
    }
}

async fn retried(definition: &TimerDefinition, context: &Context, due: &TickInfo) -> RunEnd {
    let options = &definition.options;
    let limit = Limit { begun: clock::now(), timeout: options.timeout, wait: PoolWait::default() };
    let mut attempt = 0;
    loop {
        let failure = match once(definition, context, due, &limit).await {
            RunEnd::Ended(Err(failure))
                if attempt < options.retries && !failure.is_fatal() && !limit.is_over() =>
            {
                failure
            }
            outcome => return outcome,
        };
        let delay = options.backoff.delay(attempt);
        attempt += 1;
        tracing::info!(
            target: "hostkit",
            error = %failure,
            "attempt {attempt} of {} failed: the next in {delay:.1?}", options.retries + 1
        );
        let next = clock::after(delay);
        let wait = clock::sleep_until(limit.deadline().map_or(next, |deadline| deadline.min(next)));
        if let Either::Left(()) = select2(context.record.signal().cancelled(), wait).await {
            return RunEnd::Ended(Err(failure));
        }
        if limit.is_over() {
            let failure = limit.too_long(&format!("and {attempt} attempts, the last one: {failure}"));
            return RunEnd::Ended(Err(failure));
        }
    }
}

async fn once(definition: &TimerDefinition, context: &Context, due: &TickInfo, limit: &Limit) -> RunEnd {
    let mut job = match catch_panic(|| definition.call.call(context, Some(due))) {
        Err(failure) => return RunEnd::Ended(Err(failure)),
        Ok(StartedCall::Task(task)) => {
            let mut task = CatchUnwind::new(task);
            return RunEnd::Ended(match limit.within(&mut task).await {
                Some(outcome) => outcome.flatten(),
                None => Err(match task.dispose() {
                    Ok(()) => limit.too_long("and was cancelled"),
                    Err(failure) => failure.during("while being cancelled"),
                }),
            });
        }
        Ok(StartedCall::Firm(begin)) => CatchUnwind::new(begin(limit.wait.clone())),
        Ok(StartedCall::Blocking(job)) => {
            let (context, wait) = (context.clone(), limit.wait.clone());
            CatchUnwind::new(Box::pin(async move { on_pool_counted(&context, &wait, job).await.flatten() }))
        }
    };
    match limit.within(&mut job).await {
        Some(outcome) => RunEnd::Ended(outcome.flatten()),
        None => RunEnd::TimedOut(
            limit.too_long("and can't be cancelled, since it is a `fn`: it keeps its place until it ends"),
            Box::pin(async move { job.await.flatten() }),
        ),
    }
}
