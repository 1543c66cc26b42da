//! The store in this process's memory: the jobs themselves, nothing serialised.
//!
//! Two locks, held for moments and never across an await. A job holds a place of the capacity from when it is accepted until it
//! begins.

use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, Mutex, OnceLock};

use tokio::sync::{Notify, Semaphore, TryAcquireError};
use tokio::task::coop::consume_budget;

use super::batch::Batch;
use super::complete::After;
use super::dead_letters::DeadEntry;
use super::error::EnqueueError;
use super::handle::Enqueued;
use super::id::JobId;
use super::inbox::Inbox;
use super::job_source::{JobSource, NewJob};
use super::options::{Key, QueueOptions};
use super::queue_state::{QueueState, Step};
use crate::outcome::failure::Failure;
use crate::outcome::stopped_mark::HostId;
use crate::state::RoomWaits;
use crate::sync::catch_panic;
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::select2;
use crate::time::at::At;
use crate::time::clock::{self, Instant};

pub(crate) struct MemorySource<J> {
    pub(super) line: Mutex<QueueState<J>>,
    pub(super) inbox: Mutex<Inbox<J>>,
    capacity: usize,
    /// Where who enqueues waits for room.
    pub(super) room: Semaphore,
    pub(super) room_waits: RoomWaits,
    /// For idle workers: there may be something to do.
    news: Notify,
    /// For whoever waits until nothing runs and nothing could; and for whoever employs the workers.
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
            line: Mutex::new(QueueState::new(options.workers.max(1), options.rate)),
            inbox: Inbox::new(capacity),
            capacity,
            room: Semaphore::new(0),
            room_waits: RoomWaits::default(),
            news: Notify::new(),
            quiet: Notify::new(),
            changed: Notify::new(),
            key: options.key,
            closed_by: OnceLock::new(),
        }
    }

    /// A desk for a worker; see [`Batch::new`].
    pub(crate) fn desk(&self, number: usize, single: bool) -> Batch<J> {
        Batch::new(number, single)
    }

    /// The error of a queue that is closed.
    pub(super) fn closed<E>(&self, job: E) -> EnqueueError<E> {
        EnqueueError::closed(job, self.closed_by.get().copied())
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Books what was settled, and takes what there is.
    fn look(&self, desk: &mut Batch<J>) -> Step {
        let now = clock::now();
        let mut line = lock_unpoisoned(&self.line);
        desk.finish(At::of(now));
        line.come(desk);
        let after = line.settle(desk, &self.inbox, now);
        let (step, call) = line.take(desk, &self.inbox, now);
        drop(line);
        self.call(call);
        self.after(after, desk);
        step
    }

    pub(super) fn call(&self, call: bool) {
        if call {
            self.news.notify_one();
        }
    }

    /// What was left for when the lock is free.
    fn after(&self, After { gone, quiet }: After<J>, desk: &mut Batch<J>) {
        self.give_back(std::mem::take(&mut desk.places));
        if quiet {
            self.is_quiet();
        }
        desk.gone.extend(gone.into_iter().filter_map(DeadEntry::into_job));
    }

    fn is_quiet(&self) {
        self.quiet.notify_waiters();
        let watcher = lock_unpoisoned(&self.line).watcher.clone();
        if let Some(watcher) = watcher {
            watcher.notify_one();
        }
    }

    /// Waits for the next time that nothing runs and nothing could; made before the look, none is missed.
    pub(crate) fn quiet(&self) -> tokio::sync::futures::Notified<'_> {
        self.quiet.notified()
    }

    pub(crate) fn is_idle(&self, deadline: Instant) -> bool {
        lock_unpoisoned(&self.line).is_idle(&self.inbox, deadline)
    }

    /// Accepts nothing any more; who waits for room gets the job back.
    pub(crate) fn close(&self, host: HostId) {
        let _ = self.closed_by.set(host);
        lock_unpoisoned(&self.line).closed = true;
        lock_unpoisoned(&self.inbox).closed = true;
        self.room.close();
    }

    /// Waits until it is paused and nothing runs. From then on nobody waits for room, for there will be none: who does gets the job
    /// back. What it has room for it still accepts.
    pub(crate) async fn refuse_once_held(&self, host: HostId) -> Infallible {
        loop {
            let quiet = self.quiet(); // before the look
            if lock_unpoisoned(&self.line).is_held() {
                let _ = self.closed_by.set(host);
                self.room.close();
                return pending().await;
            }
            quiet.await;
        }
    }

    /// Takes out every job. Of dead ones it stays known that they were there.
    pub(super) fn clear(&self) -> Vec<J> {
        let mut line = lock_unpoisoned(&self.line);
        line.absorb(&mut lock_unpoisoned(&self.inbox));
        line.clear()
    }

    /// All workers go home.
    pub(crate) fn end(&self) {
        lock_unpoisoned(&self.line).over = true;
        self.news.notify_waiters();
    }

    pub(crate) fn workers(&self) -> usize {
        lock_unpoisoned(&self.line).workers
    }

    pub(super) fn set_workers(&self, workers: usize) {
        lock_unpoisoned(&self.line).workers = workers.max(1);
        self.news.notify_waiters(); // who is too many finds out
        self.changed.notify_one();
    }

    /// The number of workers has changed.
    pub(crate) fn changed(&self) -> tokio::sync::futures::Notified<'_> {
        self.changed.notified()
    }

    pub(super) fn pause(&self, reason: Option<String>) {
        let now = clock::now();
        let mut line = lock_unpoisoned(&self.line);
        line.paused = reason;
        let (call, quiet) = (line.calls_now(&self.inbox, now), line.paused.is_some());
        drop(line);
        self.call(call);
        if quiet {
            self.is_quiet(); // what waits is not waited for any more
        }
    }

    pub(super) fn revive(&self, id: Option<JobId>) -> usize {
        let now = clock::now();
        let mut line = lock_unpoisoned(&self.line);
        if line.closed {
            return 0; // nobody would run them
        }
        line.absorb(&mut lock_unpoisoned(&self.inbox));
        let revived = line.revive(id, now);
        let call = line.calls_now(&self.inbox, now);
        drop(line);
        self.call(call);
        revived
    }

    pub(super) fn bury(&self, id: JobId) -> Option<Result<(), Failure>> {
        let gone = lock_unpoisoned(&self.line).dead.remove(id)?;
        Some(catch_panic(|| drop(gone))) // the job is user code
    }
}

impl<J: Send + 'static> JobSource<J> for MemorySource<J> {
    async fn push(&self, new: NewJob<J>, wait: bool) -> Result<Enqueued, EnqueueError<J>> {
        let NewJob { job, delay, by_wall, unique, priority } = new;
        if let Some(unique) = &unique
            && let Some(first) = lock_unpoisoned(&self.line).duplicate(unique)
            && !lock_unpoisoned(&self.inbox).closed
        {
            told_duplicate(unique, first);
            return Ok(Enqueued::Duplicate(first)); // also where there is no room
        }
        let place = match wait {
            true => self.places(1).await,
            false => match self.place_now() {
                Ok(place) => Some(place),
                Err(TryAcquireError::NoPermits) => return Err(EnqueueError::full(job)),
                Err(TryAcquireError::Closed) => None,
            },
        };
        let Some(place) = place else { return Err(self.closed(job)) };
        let told: Option<Arc<str>> = unique.map(Arc::from);
        let mut rest = self.rest(&job, told.clone(), priority);
        if by_wall {
            rest.get_or_insert_default().by_wall = true;
        }
        let accepted = if rest.is_none() && delay.is_zero() {
            self.accept_plain(job).map(Ok).map_err(|job| self.closed(job))
        } else {
            self.accept_one(job, rest, delay)
        };
        match &accepted {
            Ok(Ok(_)) => place.used(),
            Ok(Err(first)) => told_duplicate(told.as_deref().unwrap_or_default(), *first),
            Err(_) => {}
        }
        accepted.map(Enqueued::from)
    }

    async fn claim(&self, desk: &mut Batch<J>) -> bool {
        if desk.adapt() {
            tokio::task::yield_now().await;
        } else {
            consume_budget().await;
        }
        loop {
            let news = self.news.notified(); // before the look
            match self.look(desk) {
                Step::Begin => return true,
                Step::Home => return false,
                Step::Wait(_) if !desk.gone.is_empty() => return true, // to be dropped before anything is waited for
                Step::Wait(None) => news.await,
                Step::Wait(Some(until)) => {
                    select2(news, clock::sleep_until(until)).await;
                }
            }
        }
    }

    fn settle(&self, desk: &mut Batch<J>) {
        let now = clock::now();
        let mut line = lock_unpoisoned(&self.line);
        desk.waits(At::of(now));
        let after = line.settle(desk, &self.inbox, now);
        line.put_back(desk);
        let call = line.calls_now(&self.inbox, now);
        drop(line);
        self.call(call);
        self.after(after, desk);
    }

    fn leave(&self, desk: &mut Batch<J>) {
        let now = clock::now();
        let mut line = lock_unpoisoned(&self.line);
        desk.finish(At::of(now));
        let after = line.leave(desk, &self.inbox, now);
        let call = line.calls_now(&self.inbox, now);
        drop(line);
        self.call(call);
        self.after(after, desk);
    }
}

fn told_duplicate(unique: &str, first: JobId) {
    tracing::debug!(target: "hostkit", unique, job = %first, "a duplicate is not enqueued: this job waits or runs with its unique key");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::entry::Disposition;

    /// Four producers and four workers on real threads: everything that goes in comes out, once.
    #[test]
    fn nothing_is_lost_or_comes_twice_on_threads() {
        const EACH: u64 = 20_000;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap();
        runtime.block_on(async {
            let options = QueueOptions { workers: 4, capacity: 64, rate: None, key: None };
            let store = Arc::new(MemorySource::<u64>::new(options));
            let workers: Vec<_> = (0..4)
                .map(|number| {
                    let store = store.clone();
                    tokio::spawn(async move {
                        let (mut desk, mut seen) = (store.desk(number, false), Vec::new());
                        while store.claim(&mut desk).await {
                            while let Some(job) = desk.begin() {
                                seen.push(job);
                                if job % 1000 == 0 {
                                    store.settle(&mut desk);
                                    tokio::task::yield_now().await;
                                }
                                desk.end(Disposition::Done);
                            }
                        }
                        store.leave(&mut desk);
                        seen
                    })
                })
                .collect();
            let producers: Vec<_> = (0..4)
                .map(|producer| {
                    let store = store.clone();
                    tokio::spawn(async move {
                        for number in 0..EACH {
                            let _ = store.push(NewJob::of(producer * EACH + number), true).await.unwrap();
                        }
                    })
                })
                .collect();
            for producer in producers {
                producer.await.unwrap();
            }
            store.close(HostId::default());
            loop {
                let quiet = store.quiet();
                if store.is_idle(clock::now()) {
                    break;
                }
                quiet.await;
            }
            store.end();
            let mut seen = Vec::new();
            for worker in workers {
                seen.extend(worker.await.unwrap());
            }
            seen.sort_unstable();
            assert_eq!(seen, (0..4 * EACH).collect::<Vec<_>>());
        });
    }
}
