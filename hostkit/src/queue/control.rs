//! A queue seen from outside, its job type forgotten: as the host drains it, and as people steer it.

use std::any::{Any, type_name};
use std::fmt;
use std::sync::Arc;

use tokio::sync::Notify;

use super::dead_letters::{DeadJob, dead_job_panicked};
use super::handle::{Enqueued, QueueCore};
use super::id::JobId;
use super::job::AnyJob;
use super::job_source::{JobSource, NewJob};
use super::stats::QueueStats;
use crate::outcome::failure::Failure;
use crate::outcome::result::BoxError;
use crate::outcome::stopped_mark::HostId;
use crate::state::{Drainable, Room, ServiceName, ServiceRecord};
use crate::sync::lock::lock_unpoisoned;
use crate::sync::{BoxFuture, catch_panic};
use crate::time::clock::{self, Instant, WallClock};
use crate::time::clock_step::ClockStep;

/// What else a queue can be told and asked, its job type forgotten.
pub(crate) trait QueueControl: Drainable {
    fn aliases(&self) -> &[ServiceName];
    fn stats(&self) -> QueueStats;
    fn dead(&self, wall: WallClock) -> Vec<DeadJob>;
    fn revive(&self, id: Option<JobId>) -> usize;
    /// Forgets a dead job. A panic of its drop is the failure.
    fn discard_dead(&self, id: JobId) -> Option<Result<(), Failure>>;
    fn set_workers(&self, workers: usize);
    fn enqueue_json(&self, json: &str) -> BoxFuture<'_, Result<JobId, BoxError>>;
    /// A job that is written as JSON; nothing where jobs are kept in memory for good.
    #[cfg_attr(not(feature = "cli"), allow(dead_code))]
    fn read(&self, json: &str) -> Option<Result<AnyJob, Failure>>;
    /// When there will be something to do that is not to do now.
    #[cfg(feature = "testing")]
    fn next(&self) -> Option<Instant>;
    /// The `QueueCore`, to be downcast.
    #[cfg_attr(not(feature = "testing"), allow(dead_code))]
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl<T: Send + 'static> QueueCore<T> {
    pub(super) fn len(&self) -> usize {
        lock_unpoisoned(&self.source.state).len()
    }

    /// The job that this JSON is; nothing where jobs are kept in memory for good, and can't be read.
    fn decode(&self, json: &str) -> Option<Result<T, Failure>> {
        let codec = self.codec?;
        Some(catch_panic(|| (codec.decode)(json.as_bytes())).flatten())
    }
}

impl<T: Send + 'static> Drainable for QueueCore<T> {
    fn of(&self) -> &'static str {
        type_name::<T>()
    }

    fn watch(&self, quiet: Arc<Notify>) {
        lock_unpoisoned(&self.source.state).watcher = Some(quiet);
    }

    fn is_idle(&self, deadline: Instant) -> bool {
        self.source.is_idle(deadline)
    }

    fn close(&self, host: HostId) {
        self.source.close(host);
    }

    fn room(&self) -> Room {
        let (waits, state) = (self.source.room_waits.list(), lock_unpoisoned(&self.source.state));
        Room {
            running: state.running,
            workers: state.workers,
            may_begin: state.running < state.workers && state.could_begin(),
            waits,
        }
    }

    fn left(&self) -> usize {
        self.at_end.get().map_or_else(|| lock_unpoisoned(&self.source.state).left(), |(left, _)| *left)
    }

    fn clear(&self) -> Result<(), Failure> {
        let _ = self.at_end.set((self.left(), self.stats()));
        let jobs = lock_unpoisoned(&self.source.state).clear(); // they are dropped when the lock is free
        jobs.into_iter().map(|job| catch_panic(|| drop(job))).fold(Ok(()), Result::and)
    }

    fn dead_count(&self) -> usize {
        self.stats().dead
    }

    fn pause(&self, reason: Option<String>) {
        self.source.pause(reason);
    }

    fn paused(&self) -> Option<String> {
        lock_unpoisoned(&self.source.state).paused.clone()
    }

    fn wall_stepped(&self, step: ClockStep) {
        self.source.change(|state| state.delayed.wall_stepped(step));
    }
}

impl<T: Send + 'static> QueueControl for QueueCore<T> {
    fn aliases(&self) -> &[ServiceName] {
        &self.aliases
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn stats(&self) -> QueueStats {
        if let Some((_, stats)) = self.at_end.get() {
            return stats.clone();
        }
        let stats = lock_unpoisoned(&self.source.state).stats(clock::now());
        QueueStats { capacity: self.source.capacity, ..stats }
    }

    fn dead(&self, wall: WallClock) -> Vec<DeadJob> {
        lock_unpoisoned(&self.source.state).dead_letters.list(wall)
    }

    fn revive(&self, id: Option<JobId>) -> usize {
        self.source.revive(id)
    }

    fn discard_dead(&self, id: JobId) -> Option<Result<(), Failure>> {
        self.source.discard_dead(id)
    }

    fn set_workers(&self, workers: usize) {
        self.source.set_workers(workers);
    }

    fn read(&self, json: &str) -> Option<Result<AnyJob, Failure>> {
        Some(self.decode(json)?.map(|job| Box::new(job) as AnyJob))
    }

    #[cfg(feature = "testing")]
    fn next(&self) -> Option<Instant> {
        lock_unpoisoned(&self.source.state).next(clock::now())
    }

    fn enqueue_json(&self, json: &str) -> BoxFuture<'_, Result<JobId, BoxError>> {
        let read = match self.decode(json) {
            Some(read) => read.map_err(BoxError::from),
            None => Err(format!(
                "`{}` is kept in memory for good, so it can't be read: remove `in_memory`, and derive `Serialize` and `Deserialize`",
                type_name::<T>()
            )
            .into()),
        };
        Box::pin(async move { Ok(self.source.push(NewJob::new(read?), true).await.map(Enqueued::id)?) })
    }
}

/// A queue of a running host: its figures, its dead jobs, and what steers it. [`HostHandle::queue`] gives it.
///
/// ```
/// use hostkit::prelude::*;
///
/// #[hosted_service]
/// async fn nightly(host: HostHandle) {
///     let Some(queue) = host.queue("resize") else { return };
///     tracing::info!("{} jobs wait, {} are dead", queue.stats().waiting, queue.dead().len());
///     queue.retry_all_dead();
///     queue.set_workers(16);
/// }
/// # fn main() {}
/// ```
///
/// [`HostHandle::queue`]: crate::HostHandle::queue
#[derive(Clone)]
pub struct QueueHandle {
    steer: Arc<dyn QueueControl>,
    record: Arc<ServiceRecord>,
    wall: WallClock,
}

impl QueueHandle {
    pub(crate) fn new(steer: Arc<dyn QueueControl>, record: Arc<ServiceRecord>, wall: WallClock) -> Self {
        QueueHandle { steer, record, wall }
    }

    /// The name of its service.
    pub fn name(&self) -> &str {
        self.record.name()
    }

    /// The type of its jobs.
    pub fn job_type(&self) -> &'static str {
        self.steer.of()
    }

    /// The older names under which jobs of it may be stored.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.steer.aliases().iter().map(|alias| &**alias)
    }

    /// How it is, and how its jobs fared so far.
    pub fn stats(&self) -> QueueStats {
        self.steer.stats()
    }

    /// Its dead jobs, the oldest first: the last 1000 of them.
    pub fn dead(&self) -> Vec<DeadJob> {
        self.steer.dead(self.wall)
    }

    /// Gives a dead job another life, with all its attempts. Says whether it could: there is such a job, a copy of it could be
    /// kept, no other one with its unique key waits, and the queue is not closed.
    pub fn retry_dead(&self, id: JobId) -> bool {
        self.steer.revive(Some(id)) > 0
    }

    /// The same for all of them; how many there were.
    pub fn retry_all_dead(&self) -> usize {
        self.steer.revive(None)
    }

    /// Forgets a dead job. Says whether there was one.
    pub fn discard_dead(&self, id: JobId) -> bool {
        let forgotten = self.steer.discard_dead(id);
        if let Some(Err(failure)) = &forgotten {
            let _span = self.record.span().entered();
            dead_job_panicked(&self.record, self.job_type(), failure.clone());
        }
        forgotten.is_some()
    }

    /// Sets how many jobs may run at a time: at least one ([`pause`](QueueHandle::pause) stops them all), and at most 10,000.
    /// What runs ends by itself.
    pub fn set_workers(&self, workers: usize) {
        self.steer.set_workers(workers);
    }

    /// No job begins until [`resume`](QueueHandle::resume), for a reason that every view shows. What runs goes on, and jobs are
    /// accepted. Says whether it can be paused: whether its service runs.
    pub fn pause(&self, reason: impl Into<String>) -> bool {
        self.turn(Some(reason.into()))
    }

    /// Ends a pause. Says whether its service runs.
    pub fn resume(&self) -> bool {
        self.turn(None)
    }

    fn turn(&self, reason: Option<String>) -> bool {
        if self.record.has_ended() {
            return false;
        }
        self.record.pause(reason.is_some());
        self.steer.pause(reason);
        true
    }

    /// Why it is paused, if it is.
    pub fn paused(&self) -> Option<String> {
        self.steer.paused()
    }

    /// Enqueues a job that is written as JSON.
    ///
    /// # Errors
    /// Text that is no such job, a queue whose jobs are kept in memory for good, or one that is closed.
    pub async fn enqueue_json(&self, json: &str) -> Result<JobId, BoxError> {
        self.steer.enqueue_json(json).await
    }
}

impl fmt::Debug for QueueHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueHandle").field("name", &self.name()).field("stats", &self.stats()).finish()
    }
}
