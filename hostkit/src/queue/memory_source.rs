//! The [`JobSource`] in this process's memory: the jobs themselves, nothing serialised.
//!
//! One lock, held for moments and never across an await. A job takes a permit of the capacity from when it is accepted until it
//! begins.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::futures::Notified;
use tokio::sync::{Notify, Semaphore, TryAcquireError};
use tokio::task::coop::consume_budget;
use tokio_util::sync::CancellationToken;

use super::batch::{BatchReport, Want};
use super::bucket::Rate;
use super::error::EnqueueError;
use super::handle::Enqueued;
use super::id::JobId;
use super::job_meta::{ExtraMeta, WaitingJob};
use super::job_source::{JobSource, NewJob};
use super::queue_state::{QueueState, Step};
use crate::outcome::failure::Failure;
use crate::outcome::stopped_mark::HostId;
use crate::state::RoomWaits;
use crate::sync::catch_panic;
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// What the options of a handler say about its queue.
pub(crate) struct QueueOptions<T> {
    pub(crate) workers: usize,
    pub(crate) capacity: usize,
    pub(crate) rate: Option<Rate>,
    pub(crate) key: Option<Key<T>>,
}

/// Jobs with an equal one run one at a time.
pub(crate) type Key<T> = Box<dyn Fn(&T) -> String + Send + Sync>;

impl<T> Default for QueueOptions<T> {
    fn default() -> Self {
        QueueOptions { workers: 1, capacity: 1024, rate: None, key: None }
    }
}

pub(crate) struct MemorySource<J> {
    pub(super) state: Mutex<QueueState<J>>,
    pub(super) capacity: usize,
    /// The free places of the capacity.
    pub(super) permits: Semaphore,
    pub(super) room_waits: RoomWaits,
    /// There will be no room: code that waits for it gets its job back.
    no_room: CancellationToken,
    /// For idle workers: there may be something to do.
    work: Notify,
    /// Nothing runs and nothing could; and the number of workers has changed.
    quiet: Notify,
    changed: Notify,
    pub(super) key: Option<Key<J>>,
    /// The host that has closed it.
    closed_by: OnceLock<HostId>,
}

impl<J: Send + 'static> MemorySource<J> {
    pub(crate) fn new(options: QueueOptions<J>) -> Self {
        let capacity = options.capacity.min(Semaphore::MAX_PERMITS);
        MemorySource {
            state: Mutex::new(QueueState::new(options.workers.max(1), options.rate)),
            capacity,
            permits: Semaphore::new(capacity),
            room_waits: RoomWaits::default(),
            no_room: CancellationToken::new(),
            work: Notify::new(),
            quiet: Notify::new(),
            changed: Notify::new(),
            key: options.key,
            closed_by: OnceLock::new(),
        }
    }

    /// Changes the state, then wakes a worker if that has made work for one.
    #[inline]
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut QueueState<J>) -> T) -> T {
        let mut state = lock_unpoisoned(&self.state);
        let changed = change(&mut state);
        let wake = state.wake();
        drop(state);
        if wake {
            self.work.notify_one();
        }
        changed
    }

    /// Waits for the next time that nothing runs and nothing could; made before the look, none is missed.
    pub(crate) fn quiet(&self) -> Notified<'_> {
        self.quiet.notified()
    }

    fn notify_quiet(&self) {
        self.quiet.notify_waiters();
        let watcher = lock_unpoisoned(&self.state).watcher.clone();
        if let Some(watcher) = watcher {
            watcher.notify_one();
        }
    }

    pub(crate) fn is_idle(&self, deadline: Instant) -> bool {
        lock_unpoisoned(&self.state).is_idle(deadline)
    }

    /// Accepts nothing any more; code that waits for room gets its job back.
    pub(crate) fn close(&self, host: HostId) {
        let _ = self.closed_by.set(host);
        lock_unpoisoned(&self.state).closed = true;
        self.permits.close();
    }

    /// Waits until it is paused and nothing runs. From then on nobody waits for room, for there will be none: code that does gets
    /// its job back. What it has room for it still accepts.
    pub(crate) async fn refuse_once_held(&self, host: HostId) -> Infallible {
        loop {
            let quiet = self.quiet(); // before the look
            if lock_unpoisoned(&self.state).is_held() {
                let _ = self.closed_by.set(host);
                self.no_room.cancel();
                return pending().await;
            }
            quiet.await;
        }
    }

    /// The error of a queue that is closed.
    pub(super) fn closed<E>(&self, job: E) -> EnqueueError<E> {
        EnqueueError::closed(job, self.closed_by.get().copied())
    }

    /// All workers end.
    pub(crate) fn end(&self) {
        lock_unpoisoned(&self.state).over = true;
        self.work.notify_waiters();
    }

    pub(crate) fn workers(&self) -> usize {
        lock_unpoisoned(&self.state).workers
    }

    pub(super) fn set_workers(&self, workers: usize) {
        lock_unpoisoned(&self.state).workers = workers.clamp(1, hostkit_grammar::MOST_WORKERS as usize);
        self.work.notify_waiters(); // one that is too many ends
        self.changed.notify_one();
    }

    /// Waits until the number of workers has changed.
    pub(crate) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    pub(super) fn pause(&self, reason: Option<String>) {
        let pauses = reason.is_some();
        self.change(|state| state.paused = reason);
        if pauses {
            self.notify_quiet(); // what waits is not waited for any more
        }
    }

    pub(super) fn revive(&self, id: Option<JobId>) -> usize {
        // Of a closed queue nobody would run them.
        self.change(|state| if state.closed { 0 } else { state.revive(id, clock::now()) })
    }

    /// Forgets a dead job. A panic of its drop is the failure.
    pub(super) fn discard_dead(&self, id: JobId) -> Option<Result<(), Failure>> {
        let dead = lock_unpoisoned(&self.state).dead_letters.remove(id)?;
        Some(catch_panic(|| drop(dead)))
    }

    /// Takes one permit, or waits for it: first come, first served. Dropped, it has taken none.
    pub(super) async fn take_permit(&self, wait: bool) -> Result<(), NoPermit> {
        match self.permits.try_acquire() {
            Ok(permit) => permit.forget(),
            Err(TryAcquireError::Closed) => return Err(NoPermit::Closed),
            Err(TryAcquireError::NoPermits) if !wait => return Err(NoPermit::Full),
            Err(TryAcquireError::NoPermits) => {
                let _waits = self.room_waits.begin();
                match select2(self.permits.acquire(), self.no_room.cancelled()).await {
                    Either::Left(Ok(permit)) => permit.forget(),
                    Either::Left(Err(_)) | Either::Right(()) => return Err(NoPermit::Closed),
                }
            }
        }
        Ok(())
    }

    /// [`push`](JobSource::push) for a job without options: most find room, and cost little more than a lock.
    pub(super) async fn enqueue(&self, job: J) -> Result<JobId, EnqueueError<J>> {
        consume_budget().await; // a loop that enqueues lets others run
        if self.key.is_some() || self.permits.try_acquire().map(|permit| permit.forget()).is_err() {
            return Box::pin(self.push(NewJob::new(job), true)).await.map(Enqueued::id);
        }
        match self.accept(job, None, Duration::ZERO) {
            Ok(Ok(id) | Err(id)) => Ok(id),
            Err(job) => Err(self.closed(job)),
        }
    }

    /// Accepts a job that has a permit; of a queue that is closed it comes back. A duplicate yields the first of its kind.
    #[inline]
    fn accept(
        &self,
        job: J,
        extra: Option<Box<ExtraMeta>>,
        delay: Duration,
    ) -> Result<Result<JobId, JobId>, J> {
        let accepted = self.change(|state| match state.closed {
            true => Err(job),
            false => Ok(state.accept(job, extra, delay)),
        });
        // A duplicate is dropped here, where no lock is held.
        accepted.map(|accepted| accepted.map_err(|(first, _)| first))
    }

    /// What is kept of a job beside itself.
    pub(super) fn extra(&self, job: &J, unique: Option<Arc<str>>, priority: i32) -> Option<Box<ExtraMeta>> {
        let key = self.key.as_ref().map(|key| Arc::from(key(job)));
        let plain = key.is_none() && unique.is_none() && priority == 0;
        (!plain).then(|| Box::new(ExtraMeta { key, unique, priority, ..ExtraMeta::default() }))
    }

    /// What a report leaves to do once the lock is free.
    fn completed(&self, report: &mut BatchReport<J>, quiet: bool) {
        let permits = std::mem::take(&mut report.permits);
        if permits > 0 {
            self.permits.add_permits(permits);
        }
        if quiet {
            self.notify_quiet();
        }
    }
}

/// Why there is no room for a job.
pub(super) enum NoPermit {
    Full,
    Closed,
}

/// A worker that waits for work, until it is dropped.
struct IdleWorker<'a, J: Send + 'static> {
    source: &'a MemorySource<J>,
    until: Option<Instant>,
}

impl<J: Send + 'static> Drop for IdleWorker<'_, J> {
    fn drop(&mut self) {
        lock_unpoisoned(&self.source.state).comes_back(self.until);
    }
}

impl<J: Send + 'static> JobSource<J> for MemorySource<J> {
    async fn push(&self, new: NewJob<J>, wait: bool) -> Result<Enqueued, EnqueueError<J>> {
        let NewJob { job, delay, by_wall, unique, priority } = new;
        let unique: Option<Arc<str>> = unique.map(Arc::from);
        let log_duplicate = |first: JobId| {
            tracing::debug!(target: "hostkit", unique = unique.as_deref(), job = %first, "a duplicate is not enqueued: this job waits or runs with its unique key");
            Enqueued::Duplicate(first)
        };
        if let Some(unique) = &unique {
            let state = lock_unpoisoned(&self.state);
            if let Some(first) = state.duplicate(unique).filter(|_| !state.closed) {
                drop(state);
                return Ok(log_duplicate(first)); // also where there is no room
            }
        }
        let mut extra = self.extra(&job, unique.clone(), priority); // before there is a permit: the key is user code
        if by_wall {
            extra.get_or_insert_default().by_wall = true;
        }
        match self.take_permit(wait).await {
            Ok(()) => {}
            Err(NoPermit::Full) => return Err(EnqueueError::full(job)),
            Err(NoPermit::Closed) => return Err(self.closed(job)),
        }
        match self.accept(job, extra, delay) {
            Ok(Ok(id)) => Ok(Enqueued::Inserted(id)),
            Ok(Err(first)) => {
                self.permits.add_permits(1);
                Ok(log_duplicate(first))
            }
            Err(job) => Err(self.closed(job)),
        }
    }

    async fn claim(
        &self,
        worker: usize,
        want: Want,
        report: &mut BatchReport<J>,
        into: &mut VecDeque<WaitingJob<J>>,
    ) -> Option<Instant> {
        loop {
            let work = self.work.notified(); // before the look
            let now = clock::now();
            let (step, quiet) = self.change(|state| {
                let quiet = state.complete(report, now);
                (state.claim(worker, want, into, now), quiet)
            });
            self.completed(report, quiet);
            let until = match step {
                Step::Work => return Some(now),
                Step::End => return None,
                Step::Wait(until) => until,
            };
            let _idle = IdleWorker { source: self, until };
            if !report.forgotten.is_empty() {
                return Some(now);
            }
            match until {
                None => work.await,
                Some(until) => {
                    select2(work, clock::sleep_until(until)).await;
                }
            }
        }
    }

    fn complete(&self, report: &mut BatchReport<J>) {
        let now = clock::now();
        let quiet = self.change(|state| state.complete(report, now));
        self.completed(report, quiet);
    }
}
