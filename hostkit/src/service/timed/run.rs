//! One run of a timed service: its attempts, within its time.

use std::future::Future;
use std::pin::pin;
use std::task::{Context as Cx, Poll};
use std::time::Duration;

use hostkit_grammar::duration::show;

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
use crate::service::offload::on_pool;
use crate::service::{Call, Called};

/// A run that is under way.
pub(super) struct Run {
    pub(super) due: Due,
    pub(super) started: At,
    /// How long after it was due.
    pub(super) late: Duration,
    /// Who asked for it, if anybody did. Let go unanswered, that one is told that the timer does not run any more.
    pub(super) answer: Option<Answer>,
    pub(super) work: Attempts,
}

/// The attempts of one run, until one succeeds, none is left, or the time is over.
pub(super) enum Attempts {
    /// The usual run: the user's own future, and no other around it.
    One(Caught<'static, RunResult>),
    Several(BoxFuture<'static, RunResult>),
}

impl Attempts {
    pub(super) fn poll(&mut self, cx: &mut Cx<'_>) -> Poll<RunResult> {
        match self {
            Attempts::One(task) => pin!(task).poll(cx).map(Result::flatten),
            Attempts::Several(attempts) => attempts.as_mut().poll(cx),
        }
    }

    /// Drops it early; a panic of the drop is the failure.
    pub(super) fn dispose(self) -> Result<(), Failure> {
        match self {
            Attempts::One(mut task) => task.dispose(),
            Attempts::Several(attempts) => caught(|| drop(attempts)),
        }
    }
}

/// The one attempt of a timer without retries and timeout; `call` is the timer's own. Looks at the rest only if it has to.
pub(super) fn simple(call: &dyn Call, rest: &Rest, due: &Due) -> Attempts {
    let context = &rest.context;
    match caught(|| call.call(context, Some(due))) {
        Ok(Called::Task(task) | Called::Firm(task)) => Attempts::One(Caught::new(task)),
        Ok(Called::Blocking(job)) => {
            let context = context.clone();
            Attempts::Several(Box::pin(async move { on_pool(&context, job).await.flatten() }))
        }
        Err(failure) => Attempts::Several(Box::pin(std::future::ready(Err(failure)))),
    }
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

    /// It took longer than its `timeout`.
    fn too_long(&self, and: &str) -> Failure {
        Failure::said(format!("did not end within {} {and}", show(self.options.timeout.unwrap_or_default())))
    }
}

async fn retried(timer: &Timer, context: &Context, due: &Due) -> RunResult {
    let options = &timer.options;
    let deadline = options.timeout.map(clock::after);
    let over = || deadline.is_some_and(|deadline| clock::now() >= deadline);
    let mut attempt = 0;
    loop {
        let failure = match once(timer, context, due, deadline).await {
            Err(failure) if attempt < options.retries && !failure.is_fatal() && !over() => failure,
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
        let wait = clock::sleep_until(deadline.map_or(next, |deadline| deadline.min(next)));
        if let First::Left(()) = race(context.record.signal().raised(), wait).await {
            return Err(failure);
        }
        if over() {
            return Err(timer.too_long(&format!("and {attempt} attempts, the last one: {failure}")));
        }
    }
}

async fn once(timer: &Timer, context: &Context, due: &Due, deadline: Option<Instant>) -> RunResult {
    let mut job = match caught(|| timer.call.call(context, Some(due)))? {
        Called::Task(task) => {
            let mut task = Caught::new(task);
            return match until(deadline, &mut task).await {
                Some(outcome) => outcome.flatten(),
                None => {
                    task.dispose().map_err(|failure| failure.during("while being cancelled"))?;
                    Err(timer.too_long("and was cancelled"))
                }
            };
        }
        Called::Firm(task) => Caught::new(task),
        Called::Blocking(job) => {
            let context = context.clone();
            Caught::new(Box::pin(async move { on_pool(&context, job).await.flatten() }))
        }
    };
    if let Some(outcome) = until(deadline, &mut job).await {
        return outcome.flatten();
    }
    let failure = timer.too_long("and can't be cancelled, since it is a `fn`");
    tracing::error!(target: "hostkit", "{}: it keeps its place until it ends", &*failure);
    match job.await.flatten() {
        Err(worse) if worse.is_fatal() || worse.is_panic() => Err(worse),
        _ => Err(failure),
    }
}

async fn until<F: Future>(deadline: Option<Instant>, future: F) -> Option<F::Output> {
    match deadline {
        None => Some(future.await),
        Some(deadline) => clock::within(deadline.saturating_duration_since(clock::now()), future).await,
    }
}
