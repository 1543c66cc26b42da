//! A queue's life as a service: workers from the moment when the host is ready, until nothing can be enqueued any more and
//! all that was is worked off.

use std::sync::Arc;
use std::time::Duration;

use super::handler_config::HandlerConfig;
use super::run_once::run_once;
use super::run_values::PerJob;
use super::worker::Worker;
use crate::inject::Context;
use crate::outcome::result::RunResult;
use crate::queue::{AnyJob, QueueCore};
use crate::service::offload::WorkerTasks;
use crate::service::{JobOutcome, Policy, RunScope, Runner};
use crate::state::Actor;
use crate::sync::BoxFuture;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// What an idle queue has to end in, if it may be filled until its deadline.
const LAST_CALL: Duration = Duration::from_millis(100);

pub(super) struct QueuedRunner<T: Send + 'static> {
    pub(super) core: Arc<QueueCore<T>>,
    pub(super) config: Arc<HandlerConfig<T>>,
}

impl<T: Send + 'static> Runner for QueuedRunner<T> {
    fn fresh(&mut self, fresh: RunScope) {
        if let Some(config) = Arc::get_mut(&mut self.config) {
            PerJob::around(&mut config.factory, fresh);
        }
    }

    fn by_hand(&self, context: &Context, job: AnyJob) -> Result<BoxFuture<'static, JobOutcome>, AnyJob> {
        let job = job.downcast::<T>()?;
        Ok(run_once(self.config.clone(), context, *job))
    }

    fn run(&self, context: &Context, _: &Policy) -> BoxFuture<'static, RunResult> {
        context.record.started();
        let pool = WorkerPool {
            core: self.core.clone(),
            config: self.config.clone(),
            context: context.clone(),
            tasks: WorkerTasks::new(),
            is_running: Vec::new(),
        };
        Box::pin(pool.run())
    }
}

/// The workers of one queue; dropped, it closes the queue, however it ended.
struct WorkerPool<T: Send + 'static> {
    core: Arc<QueueCore<T>>,
    config: Arc<HandlerConfig<T>>,
    context: Context,
    tasks: WorkerTasks,
    /// By the worker's number.
    is_running: Vec<bool>,
}

impl<T: Send + 'static> WorkerPool<T> {
    async fn run(mut self) -> RunResult {
        let (core, context) = (self.core.clone(), self.context.clone());
        let (shared, signal) = (&context.shared, context.record.signal());
        // Stopped before the host was ready, it works off what was accepted: it has started, and so has what it needs.
        select2(shared.ready.cancelled(), signal.cancelled()).await;
        let last_call = async {
            signal.cancelled().await;
            let deadline = context.record.deadline().unwrap_or_else(clock::now);
            select2(shared.quiet.cancelled(), clock::sleep_until(last_call_before(deadline))).await;
        };
        let refuses = async {
            shared.closing.cancelled().await;
            core.source.refuse_once_held(shared.id).await
        };
        let mut last_call = std::pin::pin!(select2(last_call, refuses));
        loop {
            self.spawn_workers();
            match select2(self.tasks.next(), select2(core.source.changed(), last_call.as_mut())).await {
                Either::Left(ended) => self.ended(ended)?,
                Either::Right(Either::Left(())) => {}
                Either::Right(Either::Right(Either::Left(()))) => break,
                Either::Right(Either::Right(Either::Right(never))) => match never {},
            }
        }
        core.source.close(shared.id);
        let deadline = context.record.deadline().unwrap_or_else(clock::now);
        loop {
            self.spawn_workers();
            let quiet = core.source.quiet(); // before the look
            if core.source.is_idle(deadline) {
                break;
            }
            if let Either::Left(ended) = select2(self.tasks.next(), quiet).await {
                self.ended(ended)?;
            }
        }
        core.source.end();
        while let Some(ended) = self.tasks.next().await {
            self.ended(Some(ended))?;
        }
        Ok(())
    }

    /// Spawns the workers that are missing.
    fn spawn_workers(&mut self) {
        let workers = self.core.source.workers();
        if self.is_running.len() < workers {
            self.is_running.resize(workers, false);
        }
        for (number, is_running) in
            self.is_running.iter_mut().enumerate().take(workers).filter(|(_, running)| !**running)
        {
            *is_running = true;
            let actor = Actor::worker(&self.context.record, number);
            let worker = Worker::new(self.core.clone(), self.config.clone(), self.context.clone(), number);
            self.tasks.spawn(number, self.context.guard().run(|| actor.poll(Box::pin(worker.work()))));
        }
    }

    /// A worker has ended; or a job says that the host is to stop.
    fn ended(&mut self, ended: Option<(usize, RunResult)>) -> RunResult {
        let Some((number, outcome)) = ended else { return Ok(()) };
        if let Some(is_running) = self.is_running.get_mut(number) {
            *is_running = false;
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
        self.core.source.close(self.context.shared.id);
    }
}
