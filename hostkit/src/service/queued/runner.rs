//! A queue's life as a service: workers from the moment when the host is ready, until nothing can be enqueued any more and
//! all that was is worked off.

use std::sync::Arc;
use std::time::Duration;

use super::handler_config::HandlerConfig;
use super::run_once::by_hand;
use super::run_values::PerJob;
use super::worker::Worker;
use crate::inject::Context;
use crate::outcome::result::RunResult;
use crate::queue::{AnyJob, Drain, QueueCore};
use crate::service::offload::WorkerTasks;
use crate::service::{JobOutcome, Policy, RunScope, Runner};
use crate::state::Actor;
use crate::sync::BoxFuture;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// What an idle queue has to end in, if it may be filled until its deadline.
const LAST_CALL: Duration = Duration::from_millis(100);

pub(super) struct QueuedRunner<T: Send + 'static> {
    pub(super) door: Arc<QueueCore<T>>,
    pub(super) trade: Arc<HandlerConfig<T>>,
}

impl<T: Send + 'static> Runner for QueuedRunner<T> {
    fn fresh(&mut self, fresh: RunScope) {
        if let Some(trade) = Arc::get_mut(&mut self.trade) {
            PerJob::around(&mut trade.shop, fresh);
        }
    }

    fn by_hand(&self, context: &Context, job: AnyJob) -> Result<BoxFuture<'static, JobOutcome>, AnyJob> {
        let job = job.downcast::<T>()?;
        Ok(by_hand(self.trade.clone(), context, *job))
    }

    fn run(&self, context: &Context, _: &Policy) -> BoxFuture<'static, RunResult> {
        context.record.started();
        let (door, trade) = (self.door.clone(), self.trade.clone());
        let shift = WorkerPool {
            door,
            trade,
            context: context.clone(),
            crew: WorkerTasks::new(),
            present: Vec::new(),
        };
        Box::pin(shift.run())
    }
}

/// The workers of one queue; dropped, it closes the queue, however it ended.
struct WorkerPool<T: Send + 'static> {
    door: Arc<QueueCore<T>>,
    trade: Arc<HandlerConfig<T>>,
    context: Context,
    crew: WorkerTasks,
    /// Which numbers are at work.
    present: Vec<bool>,
}

impl<T: Send + 'static> WorkerPool<T> {
    async fn run(mut self) -> RunResult {
        let (door, context) = (self.door.clone(), self.context.clone());
        let (shared, signal) = (&context.shared, context.record.signal());
        // Told before the host was ready, it works off what was accepted: it has started, and so has what it needs.
        select2(shared.ready.cancelled(), signal.cancelled()).await;
        let last_call = async {
            signal.cancelled().await;
            let deadline = context.record.deadline().unwrap_or_else(clock::now);
            select2(shared.quiet.cancelled(), clock::sleep_until(last_call_before(deadline))).await;
        };
        let refuses = async {
            shared.closing.cancelled().await;
            door.store.refuse_once_held(shared.id).await
        };
        let mut last_call = std::pin::pin!(select2(last_call, refuses));
        loop {
            self.employ();
            match select2(self.crew.next(), select2(door.store.changed(), last_call.as_mut())).await {
                Either::Left(ended) => self.ended(ended)?,
                Either::Right(Either::Left(())) => {}
                Either::Right(Either::Right(Either::Left(()))) => break,
                Either::Right(Either::Right(Either::Right(never))) => match never {},
            }
        }
        door.close(shared.id);
        let deadline = context.record.deadline().unwrap_or_else(clock::now);
        loop {
            self.employ();
            let quiet = door.store.quiet(); // before the look
            if door.store.is_idle(deadline) {
                break;
            }
            if let Either::Left(ended) = select2(self.crew.next(), quiet).await {
                self.ended(ended)?;
            }
        }
        door.store.end();
        while let Some(ended) = self.crew.next().await {
            self.ended(Some(ended))?;
        }
        Ok(())
    }

    /// Sees to it that there are as many workers as there should be.
    fn employ(&mut self) {
        let workers = self.door.store.workers();
        if self.present.len() < workers {
            self.present.resize(workers, false);
        }
        for (number, present) in self.present.iter_mut().enumerate().take(workers).filter(|(_, here)| !**here)
        {
            *present = true;
            let actor = Actor::worker(&self.context.record, number);
            let worker = Worker::new(self.door.clone(), self.trade.clone(), self.context.clone(), number);
            self.crew.spawn(number, self.context.guard().run(|| actor.poll(Box::pin(worker.work()))));
        }
    }

    /// A worker went home; or a job says that the host is to stop.
    fn ended(&mut self, ended: Option<(usize, RunResult)>) -> RunResult {
        let Some((number, outcome)) = ended else { return Ok(()) };
        if let Some(present) = self.present.get_mut(number) {
            *present = false;
        }
        outcome
    }
}

/// When a queue closes at the latest: so long before its deadline that an idle one has ended by then.
fn last_call_before(deadline: Instant) -> Instant {
    let left = deadline.saturating_duration_since(clock::now());
    clock::before(deadline, LAST_CALL.min(left / 10))
}

impl<T: Send + 'static> Drop for WorkerPool<T> {
    fn drop(&mut self) {
        self.door.close(self.context.shared.id);
    }
}
