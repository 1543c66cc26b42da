//! A handler that takes values of its own: they are made anew for each attempt, before it is called, and closed after it.
//!
//! A handler that needs none of them never comes here.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context as Cx, Poll};

use super::work::{AttemptFailure, Attempted, Begun, HandlerFactory, HandlerSlot};
use crate::inject::{Context, LazyStopToken, QueuedService, RunContext, RunStopSlot, Scope};
use crate::outcome::failure::Failure;
use crate::param::attempt::AttemptFacts;
use crate::service::offload::on_pool_counted;
use crate::service::pool_wait::PoolWait;
use crate::service::run_scope::{RunScope, RunValues, too};
use crate::sync::{BoxFuture, catch_panic};

pub(super) struct PerJob<T> {
    factory: Arc<dyn HandlerFactory<T>>,
    fresh: RunScope,
}

impl<T: Send + 'static> PerJob<T> {
    /// Puts itself around the handler.
    pub(super) fn around(factory: &mut Arc<dyn HandlerFactory<T>>, fresh: RunScope) {
        *factory = Arc::new(PerJob { factory: factory.clone(), fresh });
    }
}

impl<T: Send + 'static> HandlerFactory<T> for PerJob<T> {
    fn slot(self: Arc<Self>) -> Box<dyn HandlerSlot<T>> {
        Box::new(RunSlot { per_job: self, attempt: None })
    }

    fn is_blocking(&self) -> bool {
        self.factory.is_blocking()
    }
}

struct RunSlot<T> {
    per_job: Arc<PerJob<T>>,
    attempt: Option<BoxFuture<'static, Attempted>>,
}

impl<T: Send + 'static> HandlerSlot<T> for RunSlot<T> {
    fn begin(&mut self, scope: &Scope<'_, QueuedService>, job: T, cx: &mut Cx<'_>) -> Begun {
        let Some(facts) = scope.facts::<AttemptFacts>() else {
            unreachable!("a queued service is called with the facts of its job")
        };
        let (per_job, context) = (self.per_job.clone(), scope.context().clone());
        let wait = PoolWait::default();
        let attempt = Box::pin(attempt(per_job, context, *facts, scope.late_stop(), job, wait.clone()));
        if self.per_job.factory.is_blocking() {
            return Begun::Firm(attempt, wait);
        }
        self.attempt = Some(attempt);
        match self.poll(cx) {
            Poll::Ready(attempted) => Begun::Ended(attempted),
            Poll::Pending => Begun::Waits,
        }
    }

    fn poll(&mut self, cx: &mut Cx<'_>) -> Poll<Attempted> {
        let Some(attempt) = &mut self.attempt else { return Poll::Pending };
        let polled = catch_panic(|| attempt.as_mut().poll(cx));
        let ended = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(attempted)) => attempted,
            Err(failure) => Err(failure.into()),
        };
        // The first panic is the one to tell.
        Poll::Ready(match (self.clear(), ended) {
            (Err(failure), Ok(())) => Err(failure.into()),
            (_, ended) => ended,
        })
    }

    fn clear(&mut self) -> Result<(), Failure> {
        catch_panic(|| self.attempt = None)
    }
}

async fn attempt<T: Send + 'static>(
    per_job: Arc<PerJob<T>>,
    context: Context,
    facts: AttemptFacts,
    stop: LazyStopToken,
    job: T,
    wait: PoolWait,
) -> Attempted {
    let mut own = RunValues::new(&per_job.fresh, &context);
    if let Err(failure) = own.make_all(&per_job.fresh).await {
        return ended(Err(failure.into()), own).await;
    }
    let mut slot = per_job.factory.clone().slot(); // dropped before what was made for it
    let mut job = Some(job);
    let stop = RunStopSlot::from(stop);
    let begun = poll_fn(|cx| {
        let Some(job) = job.take() else { return Poll::Pending }; // it is polled once
        let run = RunContext::new(&facts, &stop);
        let scope = Scope::of_run(own.context(), &run);
        let begun = catch_panic(|| slot.begin(&scope, job, cx));
        Poll::Ready(begun.unwrap_or_else(|failure| {
            let _ = slot.clear(); // the first panic is the one to tell
            Begun::Ended(Err(failure.into()))
        }))
    });
    let attempted = match begun.await {
        Begun::Ended(attempted) => attempted,
        Begun::Waits => poll_fn(|cx| slot.poll(cx)).await,
        Begun::Firm(attempt, _) => attempt.await,
        Begun::Elsewhere(offload) => {
            // They go along: should nobody wait for the thread any more, they are closed when it has ended.
            let job = move || (catch_panic(offload).unwrap_or_else(|failure| Err(failure.into())), own);
            match on_pool_counted(&context, &wait, job).await {
                Ok((attempted, back)) => {
                    own = back;
                    attempted
                }
                Err(failure) => return Err(failure.into()),
            }
        }
    };
    drop(slot);
    ended(attempted, own).await
}

/// How the attempt went, and how the closing after it. The attempt's failure came first, and what it said counts.
async fn ended(attempted: Attempted, mut own: RunValues) -> Attempted {
    match (attempted, own.close().await) {
        (Ok(()), closed) => closed.map_err(AttemptFailure::from),
        (failed, Ok(())) => failed,
        (failed, Err(closed)) => {
            too(closed, own.context());
            failed
        }
    }
}
