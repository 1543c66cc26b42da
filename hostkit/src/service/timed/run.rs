//! One run of a timed service: its attempts, within its time.

use std::future::Future;
use std::pin::pin;
use std::task::{Context as Cx, Poll};
use std::time::Duration;

use hostkit_grammar::duration::show;
use tracing::Span;

use super::fire::{Rest, Timer};
use crate::at::At;
use crate::clock::{self, Instant};
use crate::due::Due;
use crate::failure::Failure;
use crate::inject::Context;
use crate::life::{BoxFuture, Caught, caught};
use crate::outcome::RunResult;
use crate::race::{First, race};
use crate::service::control::Answer;
use crate::service::offload::{on_pool, on_pool_counted};
use crate::service::pool_wait::PoolWait;
use crate::service::{Call, Called};

/// A run that is under way.
pub(super) struct Run {
    pub(super) due: Due,
    pub(super) started: At,
    /// How long after it was due.
    pub(super) late: Duration,
    /// Who asked for it, if anybody did. Let go unanswered, that one is told that the timer does not run any more.
    pub(super) answer: Option<Answer>,
    /// It has failed already, and is remembered: it only keeps its place.
    pub(super) is_booked: bool,
    /// That its log stands in, if anybody listens: it says which due time the run is for.
    pub(super) span: Option<Box<Span>>,
    pub(super) work: Attempts,
}

impl Run {
    pub(super) fn poll(&mut self, cx: &mut Cx<'_>) -> Poll<Ran> {
        let _entered = self.span.as_deref().map(Span::enter);
        self.work.poll(cx)
    }
}

/// What came of a run.
pub(super) enum Ran {
    Ended(RunResult),
    /// It has failed, for its time is over; but it is a `fn`, whose thread goes on. This ends with it.
    TimedOut(Failure, BoxFuture<'static, RunResult>),
}

/// The attempts of one run, until one succeeds, none is left, or the time is over.
pub(super) enum Attempts {
    /// The usual run: the user's own future, and no other around it.
    One(Caught<'static, RunResult>),
    Several(BoxFuture<'static, Ran>),
    /// None is left; the thread of the last one goes on.
    Thread(BoxFuture<'static, RunResult>),
}

impl Attempts {
    pub(super) fn poll(&mut self, cx: &mut Cx<'_>) -> Poll<Ran> {
        match self {
            Attempts::One(task) => pin!(task).poll(cx).map(|outcome| Ran::Ended(outcome.flatten())),
            Attempts::Several(attempts) => attempts.as_mut().poll(cx),
            Attempts::Thread(job) => job.as_mut().poll(cx).map(Ran::Ended),
        }
    }

    /// Drops it early; a panic of the drop is the failure.
    pub(super) fn dispose(self) -> Result<(), Failure> {
        match self {
            Attempts::One(mut task) => task.dispose(),
            Attempts::Several(attempts) => caught(|| drop(attempts)),
            Attempts::Thread(job) => caught(|| drop(job)),
        }
    }
}

/// The one attempt of a timer without retries and timeout; `call` is the timer's own. Looks at the rest only if it has to.
pub(super) fn simple(call: &dyn Call, rest: &Rest, due: &Due) -> Attempts {
    let context = &rest.context;
    Attempts::One(Caught::new(match caught(|| call.call(context, Some(due))) {
        Ok(Called::Task(task)) => task,
        Ok(Called::Firm(begin)) => begin(PoolWait::default()),
        Ok(Called::Blocking(job)) => {
            let context = context.clone();
            Box::pin(async move { on_pool(&context, job).await.flatten() })
        }
        Err(failure) => Box::pin(std::future::ready(Err(failure))),
    }))
}

pub(super) fn several(rest: &Rest, due: Due) -> Attempts {
    let (timer, context) = (rest.timer.clone(), rest.context.clone());
    Attempts::Several(Box::pin(async move { retried(&timer, &context, &due).await }))
}

impl Timer {
    /// Its runs are threads' work, which nobody can cancel.
    pub(super) fn is_blocking(&self) -> bool {
        self.call.blocks()
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

async fn retried(timer: &Timer, context: &Context, due: &Due) -> Ran {
    let options = &timer.options;
    let limit = Limit { begun: clock::now(), timeout: options.timeout, wait: PoolWait::default() };
    let mut attempt = 0;
    loop {
        let failure = match once(timer, context, due, &limit).await {
            Ran::Ended(Err(failure))
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
        if let First::Left(()) = race(context.record.signal().raised(), wait).await {
            return Ran::Ended(Err(failure));
        }
        if limit.is_over() {
            let failure = limit.too_long(&format!("and {attempt} attempts, the last one: {failure}"));
            return Ran::Ended(Err(failure));
        }
    }
}

async fn once(timer: &Timer, context: &Context, due: &Due, limit: &Limit) -> Ran {
    let mut job = match caught(|| timer.call.call(context, Some(due))) {
        Err(failure) => return Ran::Ended(Err(failure)),
        Ok(Called::Task(task)) => {
            let mut task = Caught::new(task);
            return Ran::Ended(match limit.within(&mut task).await {
                Some(outcome) => outcome.flatten(),
                None => Err(match task.dispose() {
                    Ok(()) => limit.too_long("and was cancelled"),
                    Err(failure) => failure.during("while being cancelled"),
                }),
            });
        }
        Ok(Called::Firm(begin)) => Caught::new(begin(limit.wait.clone())),
        Ok(Called::Blocking(job)) => {
            let (context, wait) = (context.clone(), limit.wait.clone());
            Caught::new(Box::pin(async move { on_pool_counted(&context, &wait, job).await.flatten() }))
        }
    };
    match limit.within(&mut job).await {
        Some(outcome) => Ran::Ended(outcome.flatten()),
        None => Ran::TimedOut(
            limit.too_long("and can't be cancelled, since it is a `fn`: it keeps its place until it ends"),
            Box::pin(async move { job.await.flatten() }),
        ),
    }
}
