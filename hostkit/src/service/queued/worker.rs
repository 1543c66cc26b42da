//! A worker: claims small batches of jobs and runs them one after the other, for as long as there are any.
//!
//! A job that ends at its first poll costs no await and no allocation. One that does not gives the rest of the batch back to
//! the front of the queue before the worker waits, so that no slow job holds up those behind it.

use std::any::type_name;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as Cx, Poll};
use std::time::Duration;

use hostkit_grammar::duration::show;

use tracing::Span;

use super::disposition::FailedAttempt;
use super::handler_config::HandlerConfig;
use super::work::{AttemptFailure, Attempted, Begun, HandlerSlot};
use crate::inject::{Context, RunContext, RunStopSlot, Scope};
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::param::attempt::AttemptFacts;
use crate::queue::{Batch, Disposition, QueueCore, RetryCopies, VerdictKind, dead_job_panicked};
use crate::service::offload::on_pool_counted;
use crate::service::pool_wait::PoolWait;
use crate::sync::catch_panic;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// What an attempt that asked for a stop signal has after its `timeout`, before it is dropped.
const GRACE: Duration = Duration::from_secs(1);

pub(super) struct Worker<T: Send + 'static> {
    core: Arc<QueueCore<T>>,
    config: Arc<HandlerConfig<T>>,
    context: Context,
    batch: Batch<T>,
    slot: Box<dyn HandlerSlot<T>>,
    copies: RetryCopies<T>,
    /// The copy of the worker's first job is read back, so that a type that can't be read is found at once.
    reads_back: bool,
    /// The stop signal of the job that runs, should it ask for it.
    stop: RunStopSlot,
    /// Of the job that runs.
    facts: AttemptFacts,
    /// Of the job that runs: what its handler logs has its id and attempt. None where nobody listens, and between jobs.
    span: Span,
    /// The verdict of the last attempt that failed.
    verdict: Option<VerdictKind>,
}

/// How far a worker came with its batch.
enum Progress {
    Finished,
    /// A job says that the host is to stop.
    Fatal(Failure),
    /// A job did not end at its first poll.
    Pending(Begun),
}

impl<T: Send + 'static> Worker<T> {
    pub(super) fn new(
        core: Arc<QueueCore<T>>,
        config: Arc<HandlerConfig<T>>,
        context: Context,
        number: usize,
    ) -> Self {
        let factory = config.factory.clone();
        Worker {
            batch: Batch::new(number, factory.is_blocking()),
            slot: factory.slot(),
            copies: RetryCopies::new(config.copying),
            reads_back: config.attempts() > 1,
            stop: RunStopSlot::default(),
            facts: AttemptFacts::of_none(config.attempts()),
            span: Span::none(),
            verdict: None,
            core,
            config,
            context,
        }
    }

    /// Works until it is one too many, or all workers end; or until a job says that the host is to stop.
    pub(super) async fn work(mut self) -> RunResult {
        let core = self.core.clone();
        while self.batch.claim(&core.source).await {
            self.drop_forgotten();
            self.run_batch().await?;
        }
        Ok(())
    }

    /// One attempt at the one job that there is: what becomes of it, and the verdict.
    pub(super) async fn once(mut self) -> (Disposition<T>, Option<VerdictKind>, RunResult) {
        let core = self.core.clone();
        self.batch.claim(&core.source).await;
        let outcome = self.run_batch().await;
        (self.batch.take_disposition(), self.verdict, outcome)
    }

    async fn run_batch(&mut self) -> RunResult {
        loop {
            let progress = poll_fn(|cx| Poll::Ready(self.run_ready(cx))).await;
            self.context.record.runs_began(self.batch.take_begun());
            let begun = match progress {
                Progress::Finished => return Ok(()),
                Progress::Fatal(failure) => return Err(failure),
                Progress::Pending(begun) => begun,
            };
            self.batch.release(&self.core.source);
            self.drop_forgotten();
            let since = self.batch.last_ended();
            let attempted = match begun {
                Begun::Ended(attempted) => attempted,
                Begun::Waits => self.wait(since).await,
                Begun::Firm(job, wait) => self.hand_over(job, since, &wait).await,
                Begun::Elsewhere(offload) => {
                    let (context, wait) = (self.context.clone(), PoolWait::default());
                    let job = async {
                        let ended = on_pool_counted(&context, &wait, offload).await;
                        ended.unwrap_or_else(|lost| Err(lost.into()))
                    };
                    self.hand_over(job, since, &wait).await
                }
            };
            self.end(attempted)?;
        }
    }

    /// Runs the jobs of the batch one after the other, as long as each ends at its first poll.
    fn run_ready(&mut self, cx: &mut Cx<'_>) -> Progress {
        while let Some(begun) = self.begin_next(cx) {
            match begun {
                Begun::Ended(attempted) => {
                    if let Err(failure) = self.end(attempted) {
                        return Progress::Fatal(failure);
                    }
                }
                begun => return Progress::Pending(begun),
            }
        }
        Progress::Finished
    }

    /// The next job is copied, and begins. A panic is its failure.
    fn begin_next(&mut self, cx: &mut Cx<'_>) -> Option<Begun> {
        let next = self.batch.next()?;
        self.facts.turn_to(&next.meta);
        self.copies.take(&next.job);
        if self.reads_back || self.copies.is_faulty() {
            self.check_copy();
        }
        let job = self.batch.begin()?;
        let run = RunContext::new(&self.facts, &self.stop);
        self.span =
            tracing::error_span!(target: "hostkit", "job", job = %self.facts.id, attempt = self.facts.number);
        let begin = || self.span.in_scope(|| self.slot.begin(&Scope::of_run(&self.context, &run), job, cx));
        Some(catch_panic(begin).unwrap_or_else(|failure| {
            let _ = self.slot.clear(); // the first panic is the one to tell
            Begun::Ended(Err(failure.into()))
        }))
    }

    /// Warns at once where a job can't be written, or its first one can't be read back: not when an attempt has failed.
    #[cold]
    fn check_copy(&mut self) {
        let read = std::mem::replace(&mut self.reads_back, false);
        if let Some(failure) = self.copies.fault(read) {
            self.config.warn_of_copies(failure);
        }
    }

    /// The job will have no other attempt.
    fn forget_copy(&mut self) {
        if let Err(failure) = self.copies.forget() {
            tracing::error!(target: "hostkit", job = %self.facts.id, error = %failure, "panicked while the copy of a job that is done was dropped");
        }
    }

    /// An attempt has ended. It may be a failure that stops the host.
    #[inline]
    fn end(&mut self, attempted: Attempted) -> RunResult {
        if let Err(failure) = attempted {
            return self.failed(failure);
        }
        self.batch.done();
        self.stop.clear();
        self.span = Span::none();
        self.forget_copy();
        Ok(())
    }

    #[cold]
    fn failed(&mut self, failure: AttemptFailure) -> RunResult {
        self.verdict = failure.verdict;
        let record = &*self.context.record;
        let stopping = record.signal().is_cancelled() || self.context.shared.closing.is_cancelled();
        let heard_stop = self.stop.get().is_some() && record.signal().is_cancelled();
        let (id, number, host) = (self.facts.id, self.facts.number, self.context.shared.id);
        let failed = FailedAttempt { id, number, heard_stop, stopping, host, record };
        let span = std::mem::replace(&mut self.span, Span::none());
        let (disposition, fatal) =
            span.in_scope(|| failed.disposition(&self.config, &mut self.copies, failure));
        self.forget_copy();
        self.batch.end(disposition);
        self.stop.clear();
        fatal.map_or(Ok(()), Err)
    }

    fn poll(&mut self, cx: &mut Cx<'_>) -> Poll<Attempted> {
        self.span.in_scope(|| self.slot.poll(cx))
    }

    /// Drops dead jobs that the source has forgotten.
    fn drop_forgotten(&mut self) {
        for job in self.batch.report.forgotten.drain(..) {
            if let Err(failure) = catch_panic(|| drop(job)) {
                dead_job_panicked(&self.context.record, type_name::<T>(), failure);
            }
        }
    }

    /// Waits for a job that did not end at once, for as long as its `timeout` says.
    async fn wait(&mut self, since: Instant) -> Attempted {
        let Some(limit) = self.config.timeout else { return poll_fn(|cx| self.poll(cx)).await };
        let over = clock::sleep_until(clock::later(since, limit));
        if let Either::Left(attempted) = select2(poll_fn(|cx| self.poll(cx)), over).await {
            return attempted;
        }
        let too_long = || format!("did not end within {}", show(limit));
        if let Some(stop) = self.stop.get() {
            stop.cancel();
            match clock::within(GRACE, poll_fn(|cx| self.poll(cx))).await {
                Some(Ok(())) => return Err(Failure::said(too_long() + " and was cancelled").firm().into()),
                Some(Err(AttemptFailure { failure, verdict })) => {
                    let failure = failure.during(&(too_long() + " and was cancelled")).firm();
                    return Err(AttemptFailure { failure, verdict });
                }
                None => {}
            }
        }
        let cleared = self.span.in_scope(|| self.slot.clear());
        cleared.map_err(|failure| failure.during(&(too_long() + ", and while being dropped")))?;
        Err(Failure::said(too_long() + " and was dropped").firm().into())
    }

    /// Waits for a job on the blocking pool. It can't be aborted: the worker is free when it ends. Its `timeout` does not count how
    /// long it waits for a thread there.
    async fn hand_over(
        &mut self,
        job: impl Future<Output = Attempted>,
        since: Instant,
        wait: &PoolWait,
    ) -> Attempted {
        let (mut job, span) = (pin!(job), self.span.clone());
        let mut job = pin!(poll_fn(move |cx| span.in_scope(|| job.as_mut().poll(cx))));
        let Some(limit) = self.config.timeout else { return job.await };
        if let Some(attempted) = wait.within(since, limit, job.as_mut()).await {
            return attempted;
        }
        if let Some(stop) = self.stop.get() {
            stop.cancel();
        }
        let too_long = format!("did not end within {} and can't be aborted, since it is a `fn`", show(limit));
        self.span.in_scope(|| {
            tracing::error!(target: "hostkit", "{too_long}: it keeps its worker until it ends");
        });
        match job.await {
            Err(worse) if worse.failure.is_fatal() || worse.failure.is_panic() || worse.verdict.is_some() => {
                Err(worse)
            }
            _ => Err(Failure::said(too_long).firm().into()),
        }
    }
}

impl<T: Send + 'static> Drop for Worker<T> {
    /// It has ended, or was aborted: what it had begun is interrupted then.
    fn drop(&mut self) {
        self.batch.leave(&self.core.source);
        self.drop_forgotten();
    }
}
