//! A worker: claims small batches of jobs and runs them one after the other, for as long as there are any.
//!
//! A job that ends at its first poll costs no await and no allocation. One that does not gives the rest of the batch back to
//! the front of the line before the worker waits, so that no slow job holds up those behind it.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hostkit_grammar::duration::show;

use super::attempt::Facts;
use super::judge::Ended;
use super::trade::Trade;
use super::work::{Attempted, Begun, Fault, Workplace};
use crate::clock::{self, Instant};
use crate::failure::Failure;
use crate::inject::{Context, Run, Scope};
use crate::outcome::RunResult;
use crate::queue::{Copies, Desk, Door, How, Said, Store};
use crate::race::{First, race};
use crate::service::offload::on_pool;

/// What an attempt that asked for a stop signal has after its `timeout`, before it is dropped.
const GRACE: Duration = Duration::from_secs(1);

pub(super) struct Worker<T: Send + 'static> {
    door: Arc<Door<T>>,
    trade: Arc<Trade<T>>,
    context: Context,
    desk: Desk<T>,
    place: Box<dyn Workplace<T>>,
    copies: Copies<T>,
    /// What the last attempt that failed said of its job.
    said: Option<Said>,
}

impl<T: Send + 'static> Worker<T> {
    pub(super) fn new(door: Arc<Door<T>>, trade: Arc<Trade<T>>, context: Context, number: usize) -> Self {
        let shop = trade.shop.clone();
        Worker {
            desk: Desk::new(number, shop.is_blocking(), clock::now()),
            place: shop.place(),
            copies: Copies::new(trade.copying),
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
            self.batch().await?;
        }
        Ok(())
    }

    /// One attempt at the one job that there is: what becomes of it, and what the attempt said.
    pub(super) async fn once(mut self) -> (How<T>, Option<Said>, RunResult) {
        let door = self.door.clone();
        door.store.claim(&mut self.desk).await;
        let outcome = self.batch().await;
        (self.desk.outcome(), self.said, outcome)
    }

    async fn batch(&mut self) -> RunResult {
        let (trade, context) = (self.trade.clone(), self.context.clone());
        let max = trade.attempts();
        let mut began = 0;
        while let Some(waiting) = self.desk.begin() {
            let (head, job) = (waiting.head, waiting.job);
            self.copies.take(&job);
            let facts = Facts { id: head.id, number: head.used + 1, max, enqueued: head.enqueued() };
            let run = Run::new(&facts);
            began += 1;
            let mut job = Some(job);
            let begun_as = poll_fn(|cx| {
                let scope = Scope::of_run(&context, &run);
                Poll::Ready(job.take().map(|job| self.place.begin(&scope, job, cx)))
            });
            let attempted = match begun_as.await {
                Some(Begun::Ended(attempted)) => attempted,
                Some(Begun::Elsewhere(offload)) => {
                    context.record.runs_began(std::mem::take(&mut began));
                    self.door.store.settle(&mut self.desk);
                    let begun = self.desk.last_look();
                    let job =
                        async { on_pool(&context, offload).await.unwrap_or_else(|lost| Err(lost.into())) };
                    self.hand_over(job, &run, begun).await
                }
                Some(Begun::Firm(job)) => {
                    context.record.runs_began(std::mem::take(&mut began));
                    self.door.store.settle(&mut self.desk);
                    let begun = self.desk.last_look();
                    self.hand_over(job, &run, begun).await
                }
                Some(Begun::Waits) | None => {
                    context.record.runs_began(std::mem::take(&mut began));
                    self.door.store.settle(&mut self.desk);
                    let begun = self.desk.last_look();
                    self.wait(&run, begun).await
                }
            };
            if let Err(fault) = &attempted {
                self.said = fault.said;
            }
            let told = run.stop().is_some() && context.record.signal().is_raised();
            let record = &*context.record;
            let judged = Ended { id: head.id, number: facts.number, told, record };
            let (how, fatal) = judged.judge(&trade, &mut self.copies, attempted);
            self.desk.end(head, how);
            if let Some(failure) = fatal {
                context.record.runs_began(began);
                return Err(failure);
            }
        }
        context.record.runs_began(began);
        Ok(())
    }

    /// Waits for a job that did not end at once, for as long as its `timeout` says.
    async fn wait(&mut self, run: &Run<'_>, begun: Instant) -> Attempted {
        let Some(limit) = self.trade.timeout else { return poll_fn(|cx| self.place.poll(cx)).await };
        let over = clock::sleep_until(clock::later(begun, limit));
        if let First::Left(attempted) = race(poll_fn(|cx| self.place.poll(cx)), over).await {
            return attempted;
        }
        let too_long = || format!("did not end within {}", show(limit));
        if let Some(stop) = run.stop() {
            stop.cancel();
            match clock::within(GRACE, poll_fn(|cx| self.place.poll(cx))).await {
                Some(Ok(())) => return Err(Failure::said(too_long() + " and was cancelled").firm().into()),
                Some(Err(fault)) => {
                    let said = fault.said;
                    let failure = fault.failure.during(&(too_long() + " and was cancelled")).firm();
                    return Err(Fault { failure, said });
                }
                None => {}
            }
        }
        self.place.clear().map_err(|failure| failure.during(&(too_long() + ", and while being dropped")))?;
        Err(Failure::said(too_long() + " and was dropped").firm().into())
    }

    /// Waits for a job on the blocking pool. It can't be aborted: the worker is free when it ends.
    async fn hand_over(
        &mut self,
        job: impl Future<Output = Attempted>,
        run: &Run<'_>,
        begun: Instant,
    ) -> Attempted {
        let mut job = pin!(job);
        let Some(limit) = self.trade.timeout else { return job.await };
        let over = clock::sleep_until(clock::later(begun, limit));
        if let First::Left(attempted) = race(job.as_mut(), over).await {
            return attempted;
        }
        if let Some(stop) = run.stop() {
            stop.cancel();
        }
        let too_long = format!("did not end within {} and can't be aborted, since it is a `fn`", show(limit));
        tracing::error!(target: "hostkit", "{too_long}: it keeps its worker until it ends");
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
    }
}
