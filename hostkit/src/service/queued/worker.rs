//! A worker: claims small batches of jobs and runs them one after the other, for as long as there are any.
//!
//! A job that ends at its first poll costs no await and no allocation. One that does not gives the rest of the batch back to
//! the front of the line before the worker waits, so that no slow job holds up those behind it.

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
use crate::queue::{Batch, Disposition, JobSource, QueueCore, RetryCopies, VerdictKind, dead_job_panicked};
use crate::service::offload::on_pool_counted;
use crate::service::pool_wait::PoolWait;
use crate::sync::catch_panic;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// What an attempt that asked for a stop signal has after its `timeout`, before it is dropped.
const GRACE: Duration = Duration::from_secs(1);

pub(super) struct Worker<T: Send + 'static> {
    door: Arc<QueueCore<T>>,
    trade: Arc<HandlerConfig<T>>,
    context: Context,
    desk: Batch<T>,
    place: Box<dyn HandlerSlot<T>>,
    copies: RetryCopies<T>,
    /// A copy was read back: of its first job, so that a type that can't be read is found at once.
    copied: bool,
    /// The job that is next has been turned to, and copied if it could be.
    turned: bool,
    /// The stop signal of the job that runs, should it ask for it.
    stop: RunStopSlot,
    /// Of the job that runs.
    facts: AttemptFacts,
    /// Of the job that runs: what its handler logs has its id and attempt. None where nobody listens, and between jobs.
    span: Span,
    /// What the last attempt that failed said of its job.
    said: Option<VerdictKind>,
}

/// How far a worker came with its batch.
enum Quick {
    Over,
    /// A job says that the host is to stop.
    Fatal(Failure),
    /// A job did not end at its first poll.
    Open(Begun),
}

impl<T: Send + 'static> Worker<T> {
    pub(super) fn new(
        door: Arc<QueueCore<T>>,
        trade: Arc<HandlerConfig<T>>,
        context: Context,
        number: usize,
    ) -> Self {
        let shop = trade.shop.clone();
        Worker {
            desk: door.store.desk(number, shop.is_blocking()),
            place: shop.place(),
            copies: RetryCopies::new(trade.copying),
            copied: trade.attempts() == 1,
            turned: false,
            stop: RunStopSlot::default(),
            facts: AttemptFacts::of_none(trade.attempts()),
            span: Span::none(),
            said: None,
            door,
            trade,
            context,
        }
    }

    /// Works until it is one too many, or all go home; or until a job says that the host is to stop.
    pub(super) async fn work(mut self) -> RunResult {
        let door = self.door.clone();
        while door.store.claim(&mut self.desk).await {
            self.drop_gone();
            self.batch().await?;
        }
        Ok(())
    }

    /// One attempt at the one job that there is: what becomes of it, and what the attempt said.
    pub(super) async fn once(mut self) -> (Disposition<T>, Option<VerdictKind>, RunResult) {
        let door = self.door.clone();
        door.store.claim(&mut self.desk).await;
        let outcome = self.batch().await;
        (self.desk.outcome(), self.said, outcome)
    }

    async fn batch(&mut self) -> RunResult {
        loop {
            let quick = poll_fn(|cx| Poll::Ready(self.quick(cx))).await;
            self.context.record.runs_began(self.desk.took_up());
            let begun = match quick {
                Quick::Over => return Ok(()),
                Quick::Fatal(failure) => return Err(failure),
                Quick::Open(begun) => begun,
            };
            self.door.store.settle(&mut self.desk);
            self.drop_gone();
            let since = self.desk.last_look();
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
            let done = attempted.is_ok();
            self.end(attempted)?;
            if let (true, Err(failure)) = (done, catch_panic(|| self.copies.forget())) {
                self.forgot(&failure);
            }
        }
    }

    /// Runs the jobs of the batch one after the other, as long as each ends at its first poll.
    ///
    /// Panics are caught around all of them: to get ready to catch one takes as long as a small job does.
    fn quick(&mut self, cx: &mut Cx<'_>) -> Quick {
        loop {
            let failure = match catch_panic(|| self.each(cx)) {
                Ok(quick) => return quick,
                Err(failure) => failure,
            };
            if self.turned {
                self.trade.warn_of_copies(&failure);
                self.copies.lost(failure); // while it was copied; it runs all the same
            } else if self.desk.running.is_none() {
                self.forgot(&failure);
            } else {
                let _ = self.place.clear(); // the first panic is the one to tell
                if let Err(failure) = self.end(Err(failure.into())) {
                    return Quick::Fatal(failure);
                }
            }
        }
    }

    fn each(&mut self, cx: &mut Cx<'_>) -> Quick {
        loop {
            if !self.turned {
                let Some(next) = self.desk.next() else { return Quick::Over };
                self.facts.turn_to(&next.head);
                self.turned = true;
                self.copies.take(&next.job);
                if !self.copied || self.copies.is_faulty() {
                    self.look_at_copy();
                }
            }
            let Some(job) = self.desk.begin() else { return Quick::Over };
            self.turned = false;
            let run = RunContext::new(&self.facts, &self.stop);
            self.span = tracing::error_span!(target: "hostkit", "job", job = %self.facts.id, attempt = self.facts.number);
            let begun = self.span.in_scope(|| self.place.begin(&Scope::of_run(&self.context, &run), job, cx));
            match begun {
                Begun::Ended(Ok(())) => {
                    self.done();
                    self.copies.forget();
                }
                Begun::Ended(Err(fault)) => {
                    if let Err(failure) = self.failed(fault) {
                        return Quick::Fatal(failure);
                    }
                }
                begun => return Quick::Open(begun),
            }
        }
    }

    /// Says so at once where a job can't be written, or its first one can't be read back: not when an attempt has failed.
    #[cold]
    fn look_at_copy(&mut self) {
        let first = !std::mem::replace(&mut self.copied, true);
        if let Some(failure) = self.copies.fault(first) {
            self.trade.warn_of_copies(failure);
        }
    }

    /// The copy of a job that is done was dropped, and panicked.
    #[cold]
    fn forgot(&self, failure: &Failure) {
        tracing::error!(target: "hostkit", job = %self.facts.id, error = %failure, "panicked while the copy of a job that is done was dropped");
    }

    /// An attempt has ended: books what becomes of its job. It may be a failure that stops the host.
    fn end(&mut self, attempted: Attempted) -> RunResult {
        match attempted {
            Ok(()) => {
                self.done();
                Ok(())
            }
            Err(fault) => self.failed(fault),
        }
    }

    #[inline]
    fn done(&mut self) {
        self.desk.done();
        self.stop.clear();
        self.span = Span::none();
    }

    #[cold]
    fn failed(&mut self, fault: AttemptFailure) -> RunResult {
        self.said = fault.said;
        let record = &*self.context.record;
        let stopping = record.signal().is_cancelled() || self.context.shared.closing.is_cancelled();
        let told = self.stop.get().is_some() && record.signal().is_cancelled();
        let (id, number, host) = (self.facts.id, self.facts.number, self.context.shared.id);
        let failed = FailedAttempt { id, number, told, stopping, host, record };
        let span = std::mem::replace(&mut self.span, Span::none());
        let (how, fatal) = span.in_scope(|| failed.judge(&self.trade, &mut self.copies, fault));
        if let Err(failure) = catch_panic(|| self.copies.forget()) {
            self.forgot(&failure);
        }
        self.desk.end(how);
        self.stop.clear();
        fatal.map_or(Ok(()), Err)
    }

    fn poll(&mut self, cx: &mut Cx<'_>) -> Poll<Attempted> {
        self.span.in_scope(|| self.place.poll(cx))
    }

    /// Drops dead jobs for which there was no place any more.
    fn drop_gone(&mut self) {
        for job in self.desk.gone.drain(..) {
            if let Err(failure) = catch_panic(|| drop(job)) {
                dead_job_panicked(&self.context.record, type_name::<T>(), failure);
            }
        }
    }

    /// Waits for a job that did not end at once, for as long as its `timeout` says.
    async fn wait(&mut self, since: Instant) -> Attempted {
        let Some(limit) = self.trade.timeout else { return poll_fn(|cx| self.poll(cx)).await };
        let over = clock::sleep_until(clock::later(since, limit));
        if let Either::Left(attempted) = select2(poll_fn(|cx| self.poll(cx)), over).await {
            return attempted;
        }
        let too_long = || format!("did not end within {}", show(limit));
        if let Some(stop) = self.stop.get() {
            stop.cancel();
            match clock::within(GRACE, poll_fn(|cx| self.poll(cx))).await {
                Some(Ok(())) => return Err(Failure::said(too_long() + " and was cancelled").firm().into()),
                Some(Err(fault)) => {
                    let said = fault.said;
                    let failure = fault.failure.during(&(too_long() + " and was cancelled")).firm();
                    return Err(AttemptFailure { failure, said });
                }
                None => {}
            }
        }
        let cleared = self.span.in_scope(|| self.place.clear());
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
        let Some(limit) = self.trade.timeout else { return job.await };
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
            Err(worse) if worse.failure.is_fatal() || worse.failure.is_panic() || worse.said.is_some() => {
                Err(worse)
            }
            _ => Err(Failure::said(too_long).firm().into()),
        }
    }
}

impl<T: Send + 'static> Drop for Worker<T> {
    /// Gone home, or aborted: what it had begun is interrupted then.
    fn drop(&mut self) {
        self.door.store.leave(&mut self.desk);
        self.drop_gone();
    }
}
