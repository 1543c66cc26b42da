//! The tasks of one host: who runs, who waits, how they fared, and what is left when the time is over.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc};
use tokio::task::{AbortHandle, JoinHandle};
use tokio_util::sync::CancellationToken;

use super::stop::Stop;
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::outcome::stopped_mark::HostId;
use crate::state::{Actor, Guard, PollTracker, Role, RoomWait, RoomWaits, ServiceName, ServiceRecord};
use crate::sync::live_count::{LiveCount, LiveGuard};
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::sync::{BoxFuture, PanicSafeDrop, catch_panic};
use crate::time::clock::{self, Instant};

/// How many closures wait in the queue before `Tasks::enqueue` waits too.
const CAPACITY: usize = 1024;

/// The tasks of one host.
pub(crate) struct TaskPool {
    host: HostId,
    runtime: Handle,
    slots: Arc<PollTracker>,
    /// Its signal is raised when draining begins: queued closures see it as their `Stop`.
    told: Arc<ServiceRecord>,
    /// Of tasks alone, to drain them; and of all that keeps the host alive.
    tasks: LiveCount,
    live: LiveCount,
    /// Of tasks on the blocking pool: a test waits for them.
    blocking: LiveCount,
    books: Mutex<PoolState>,
    next: AtomicU64,
    /// The host stops: an error that is there only because of that is no failure.
    stopping: AtomicBool,
    /// The door of the queue, and its one worker.
    queue: OnceLock<(mpsc::Sender<QueuedTask>, AbortHandle)>,
    room_waits: RoomWaits,
    /// Cancelled once nothing makes room in the queue any more.
    no_more_room: CancellationToken,
    tally: Mutex<TaskTotals>,
}

/// Who runs or waits. Under one lock with whether more may come, so that nobody slips in when all have been waited for.
#[derive(Default)]
struct PoolState {
    running: HashMap<u64, TaskEntry>,
    /// Nothing is accepted any more.
    closed: bool,
    /// What is left has been told and is aborted, also what is being begun right now.
    over: bool,
}

struct TaskEntry {
    record: Arc<ServiceRecord>,
    abort: Option<AbortHandle>,
}

pub(crate) type QueuedWork = Box<dyn FnOnce(Stop) -> BoxFuture<'static, RunResult> + Send>;

struct QueuedTask {
    work: PanicSafeDrop<QueuedWork>,
    record: Arc<ServiceRecord>,
    track: TaskMark,
}

/// How the tasks of a host fared.
#[derive(Debug, Clone, Default)]
pub(crate) struct TaskTotals {
    pub(crate) done: u64,
    pub(crate) failed: u64,
    pub(crate) last_failure: Option<(String, Failure)>,
    pub(crate) left: Vec<(String, Duration)>,
}

/// Keeps a task in the books for as long as it runs or waits.
struct TaskMark {
    pool: Arc<TaskPool>,
    id: u64,
    _counted: [LiveGuard; 2],
}

impl Drop for TaskMark {
    fn drop(&mut self) {
        let gone = lock_unpoisoned(&self.pool.books).running.remove(&self.id);
        drop(gone);
    }
}

impl TaskPool {
    pub(crate) fn new(host: HostId, runtime: Handle, slots: Arc<PollTracker>, live: LiveCount) -> Self {
        TaskPool {
            host,
            runtime,
            slots,
            told: ServiceRecord::apart(Role::Task, "tasks"),
            tasks: LiveCount::default(),
            live,
            blocking: LiveCount::default(),
            books: Mutex::default(),
            next: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            queue: OnceLock::new(),
            room_waits: RoomWaits::default(),
            no_more_room: CancellationToken::new(),
            tally: Mutex::default(),
        }
    }

    fn track(self: &Arc<Self>, record: Arc<ServiceRecord>) -> Option<TaskMark> {
        let mut books = lock_unpoisoned(&self.books);
        if books.closed {
            drop(books); // the log is nothing to hold a lock for
            tracing::warn!(target: "hostkit", task = record.name(), "the host has stopped: this task does not run");
            return None;
        }
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let counted = [self.tasks.one(), self.live.one()];
        books.running.insert(id, TaskEntry { record, abort: None });
        drop(books);
        Some(TaskMark { pool: self.clone(), id, _counted: counted })
    }

    fn guard(&self, record: Arc<ServiceRecord>) -> Guard {
        Guard::new(record, self.slots.clone())
    }

    /// How many are under way on the blocking pool.
    #[cfg(feature = "testing")]
    pub(crate) fn blocking(&self) -> usize {
        self.blocking.len()
    }

    /// How many tasks run or wait.
    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Nothing once the pool is closed.
    pub(crate) fn spawn(
        self: &Arc<Self>,
        record: Arc<ServiceRecord>,
        work: BoxFuture<'static, RunResult>,
    ) -> Option<JoinHandle<()>> {
        let track = self.track(record.clone())?;
        let id = track.id;
        let guard = self.guard(record.clone());
        let (span, future) = (guard.span(), guard.run(|| work));
        let task = self.run(Box::pin(async move {
            let outcome = future.await;
            span.in_scope(|| track.pool.settle(record.name(), outcome));
        }));
        let mut books = lock_unpoisoned(&self.books);
        let over = books.over;
        if let Some(entry) = books.running.get_mut(&id) {
            entry.abort = Some(task.abort_handle());
        }
        drop(books); // the end of a task takes the same lock
        if over {
            task.abort();
        }
        Some(task)
    }

    pub(crate) fn spawn_blocking(
        self: &Arc<Self>,
        record: Arc<ServiceRecord>,
        work: impl FnOnce() -> RunResult + Send + 'static,
    ) -> Option<JoinHandle<()>> {
        let track = self.track(record.clone())?;
        let (span, one) = (self.guard(record.clone()).span(), self.blocking.one());
        let task = self.runtime.spawn_blocking(move || {
            let (_one, track) = (one, track); // no test goes on before all is said and done
            let _span = span.enter();
            let outcome = catch_panic(work).flatten();
            track.pool.settle(record.name(), outcome);
        });
        Some(task)
    }

    /// Waits for a place in the queue; says whether the work will run.
    pub(crate) async fn enqueue(self: &Arc<Self>, record: Arc<ServiceRecord>, work: QueuedWork) -> bool {
        let Some(track) = self.track(record.clone()) else { return false };
        let (door, worker) = self.queue();
        if lock_unpoisoned(&self.books).over {
            worker.abort();
        }
        let _waits = (door.capacity() == 0).then(|| self.room_waits.begin());
        let sent = door.send(QueuedTask { work: PanicSafeDrop::new(work), record, track });
        matches!(select2(sent, self.no_more_room.cancelled()).await, Either::Left(Ok(())))
    }

    /// Ends all waits for room in the queue, now and later: nothing will make any.
    pub(crate) fn end_waits(&self) {
        self.no_more_room.cancel();
    }

    /// The queue, whose one worker starts with the first closure.
    fn queue(&self) -> &(mpsc::Sender<QueuedTask>, AbortHandle) {
        self.queue.get_or_init(|| {
            let (sender, mut receiver) = mpsc::channel::<QueuedTask>(CAPACITY);
            let (slots, told) = (self.slots.clone(), self.told.clone());
            let actor = self.queue_worker();
            let worker = self.run(actor.poll(Box::pin(async move {
                while let Some(QueuedTask { work, record, track }) = receiver.recv().await {
                    let guard = Guard::new(record.clone(), slots.clone());
                    let span = guard.span();
                    let outcome = guard.run(|| work.into_inner()(Stop::new(told.clone()))).await;
                    span.in_scope(|| track.pool.settle(record.name(), outcome));
                }
            })));
            (sender, worker.abort_handle())
        })
    }

    /// The one worker of the queue, as those are known that wait for room.
    pub(crate) fn queue_worker(&self) -> Actor {
        Actor::worker(&self.told, 0)
    }

    /// The code that waits for room in the queue.
    pub(crate) fn room_waits(&self) -> Vec<RoomWait> {
        self.room_waits.list()
    }

    /// One type for all, so that tokio's task is compiled once.
    fn run(&self, future: BoxFuture<'static, ()>) -> JoinHandle<()> {
        self.runtime.spawn(future)
    }

    fn settle(&self, name: &str, mut outcome: RunResult) {
        if let Err(failure) = &outcome
            && failure.is_by_stop_of(self.host)
            && self.stopping.load(Ordering::Acquire)
        {
            tracing::warn!(target: "hostkit", error = %failure, "task interrupted by the stop");
            outcome = Ok(());
        }
        if let Err(failure) = &outcome {
            tracing::error!(target: "hostkit", error = %failure, "task failed");
        }
        let mut tally = lock_unpoisoned(&self.tally);
        match outcome {
            Ok(()) => tally.done += 1,
            Err(failure) => {
                tally.failed += 1;
                tally.last_failure = Some((name.to_owned(), failure));
            }
        }
    }

    /// From now on queues may be closed.
    pub(crate) fn stopping(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    /// Tells what runs that the host stops, while more may still come.
    pub(crate) fn tell(&self, deadline: Instant) {
        if !self.told.signal().is_cancelled() {
            self.told.tell(clock::now(), deadline);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Waits until none is left.
    pub(crate) async fn ended(&self) {
        self.tasks.wait_until_zero().await;
    }

    /// Accepts nothing any more.
    pub(crate) fn close(&self) {
        lock_unpoisoned(&self.books).closed = true;
    }

    /// Works everything off until the deadline; aborts and books what is left. `pulse` makes it look at the clock again.
    pub(crate) async fn drain(&self, deadline: Instant, pulse: &Notify) {
        let begun = clock::now();
        self.tell(deadline);
        self.wait_until_zero(deadline, pulse).await;
        self.close();
        self.wait_until_zero(deadline, pulse).await; // what slipped in before the door was shut
        let given = clock::now().duration_since(begun);
        let mut books = lock_unpoisoned(&self.books);
        books.over = true;
        let mut left: Vec<_> =
            books.running.values().map(|entry| (entry.record.clone(), entry.abort.clone())).collect();
        left.sort_by(|(a, _), (b, _)| a.name().cmp(b.name()));
        drop(books); // the log is nothing to hold a lock for
        if let Some((_, worker)) = self.queue.get() {
            worker.abort();
        }
        for (record, abort) in left {
            tracing::error!(target: "hostkit", task = record.name(), "did not end within {given:.1?} and was aborted");
            lock_unpoisoned(&self.tally).left.push((record.name().to_owned(), given));
            if let Some(abort) = abort {
                abort.abort();
            }
        }
    }

    async fn wait_until_zero(&self, deadline: Instant, pulse: &Notify) {
        while !self.tasks.is_empty() && clock::now() < deadline {
            select2(self.tasks.wait_until_zero(), select2(clock::sleep_until(deadline), pulse.notified()))
                .await;
        }
    }

    pub(crate) fn tally(&self) -> TaskTotals {
        lock_unpoisoned(&self.tally).clone()
    }

    /// Those that run or wait, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let books = lock_unpoisoned(&self.books);
        let mut names: Vec<_> = books.running.values().map(|entry| entry.record.name().to_owned()).collect();
        names.sort_unstable();
        names
    }

    /// The name of the task with this address, while it runs.
    pub(crate) fn find(&self, address: usize) -> Option<ServiceName> {
        let books = lock_unpoisoned(&self.books);
        let found = books.running.values().find(|entry| crate::state::address(&entry.record) == address);
        found.map(|entry| entry.record.name().to_owned().into())
    }
}
