//! Background work that the host tracks: spawned futures, blocking closures, and a bounded queue of one at a time.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::clock::{self, Instant};
use crate::inject::{Kind, Needs, Param, Scope};
use crate::life::{BoxFuture, Guard, Name, Record, Slots, caught};
use crate::locked::locked;
use crate::outcome::{Failure, IntoOutcome, Judged, RunResult, judged, returns};
use crate::race::{First, race};
use crate::stop::Stop;

/// How many closures wait in the queue before [`Tasks::enqueue`] waits too.
const CAPACITY: usize = 1024;

/// Background work that outlives the call that starts it, yet not the host.
///
/// Errors and panics are logged under the task's name and counted in the report; on stop all of it is worked off until the
/// host's deadline, and what is left then is aborted and named.
///
/// ```
/// use hostkit::prelude::*;
///
/// #[hosted_service]
/// async fn receiver(tasks: Tasks) -> hostkit::Result {
///     tasks.spawn("greet", async { tracing::info!("hello") });
///     tasks.spawn_blocking("sum", || -> hostkit::Result { Ok(assert_eq!(1 + 1, 2)) });
///     // one at a time, in order; waits while 1024 others wait
///     tasks.enqueue(|stop: Stop| async move {
///         stop.sleep(Duration::from_millis(10)).await;
///     }).await?;
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct Tasks {
    pool: Arc<Pool>,
    owner: Arc<Record>,
}

impl Tasks {
    /// Runs a future beside the service, under a name.
    pub fn spawn<F>(&self, name: impl fmt::Display, future: F)
    where
        F: Future<Output: IntoOutcome> + Send + 'static,
    {
        let record = self.record(name);
        self.pool.spawn(record, Box::pin(Judged::new(future, returns())));
    }

    /// Runs a closure on the blocking pool, under a name.
    ///
    /// It can't be aborted: on stop it is waited for until the deadline, then left behind and named.
    pub fn spawn_blocking<F, T>(&self, name: impl fmt::Display, work: F)
    where
        F: FnOnce() -> T + Send + 'static,
        T: IntoOutcome,
    {
        self.pool.spawn_blocking(self.record(name), || judged(work()));
    }

    /// Puts a closure into the host's queue, which runs one at a time, in order. Waits while the queue is full.
    ///
    /// # Errors
    /// [`TasksClosed`] once the host has stopped.
    pub async fn enqueue<F, Fut>(&self, work: F) -> Result<(), TasksClosed>
    where
        F: FnOnce(Stop) -> Fut + Send + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        let record = self.record("queue");
        let queued = Queued {
            work: Box::new(move |stop| Box::pin(async move { judged(work(stop).await) })),
            track: self.pool.track(record.clone()).ok_or(TasksClosed)?,
            record,
        };
        self.pool.queue().send(queued).await.map_err(|_| TasksClosed)
    }

    /// How many tasks run or wait.
    pub fn len(&self) -> usize {
        self.pool.tracker.len()
    }

    /// Whether nothing runs or waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn record(&self, name: impl fmt::Display) -> Arc<Record> {
        Record::apart(format!("{}/{name}", self.owner.name()))
    }
}

impl<K: Kind> Param<K> for Tasks {
    fn needs(_: &mut Needs<K>) {}

    fn get(scope: &Scope<'_, K>) -> Self {
        Tasks { pool: scope.value(), owner: scope.context().record.clone() }
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks").field("len", &self.len()).finish()
    }
}

/// The host has stopped: nothing can be enqueued any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TasksClosed;

impl fmt::Display for TasksClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host has stopped: its tasks are closed")
    }
}

impl Error for TasksClosed {}

/// The tasks of one host.
pub(crate) struct Pool {
    runtime: Handle,
    slots: Arc<Slots>,
    /// Its signal is raised when draining begins: queued closures see it as their `Stop`.
    told: Arc<Record>,
    /// Of tasks alone, to drain them; and of all that keeps the host alive.
    tracker: TaskTracker,
    live: TaskTracker,
    running: Mutex<HashMap<u64, Entry>>,
    next: AtomicU64,
    closed: AtomicBool,
    /// The door of the queue, and its one worker.
    queue: OnceLock<(mpsc::Sender<Queued>, AbortHandle)>,
    tally: Mutex<Tally>,
}

struct Entry {
    record: Arc<Record>,
    abort: Option<AbortHandle>,
}

struct Queued {
    work: Box<dyn FnOnce(Stop) -> BoxFuture<'static, RunResult> + Send>,
    record: Arc<Record>,
    track: Track,
}

/// How the tasks of a host fared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) done: u64,
    pub(crate) failed: u64,
    pub(crate) last_failure: Option<(String, Failure)>,
    pub(crate) left: Vec<(String, Duration)>,
}

/// Keeps a task in the books for as long as it runs or waits.
struct Track {
    pool: Arc<Pool>,
    id: u64,
    _tokens: [TaskTrackerToken; 2],
}

impl Drop for Track {
    fn drop(&mut self) {
        locked(&self.pool.running).remove(&self.id);
    }
}

impl Pool {
    pub(crate) fn new(runtime: Handle, slots: Arc<Slots>, live: TaskTracker) -> Self {
        Pool {
            runtime,
            slots,
            told: Record::apart("tasks"),
            tracker: TaskTracker::new(),
            live,
            running: Mutex::default(),
            next: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            queue: OnceLock::new(),
            tally: Mutex::default(),
        }
    }

    fn track(self: &Arc<Self>, record: Arc<Record>) -> Option<Track> {
        if self.closed.load(Ordering::Acquire) {
            tracing::warn!(target: "hostkit", task = record.name(), "the host has stopped: this task does not run");
            return None;
        }
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let tokens = [self.tracker.token(), self.live.token()];
        locked(&self.running).insert(id, Entry { record, abort: None });
        Some(Track { pool: self.clone(), id, _tokens: tokens })
    }

    fn guard(&self, record: Arc<Record>) -> Guard {
        Guard::new(record, self.slots.clone())
    }

    fn spawn(self: &Arc<Self>, record: Arc<Record>, work: BoxFuture<'static, RunResult>) {
        let Some(track) = self.track(record.clone()) else { return };
        let id = track.id;
        let guard = self.guard(record.clone());
        let (span, future) = (guard.span().clone(), guard.run(|| work));
        let task = self.runtime.spawn(async move {
            let outcome = future.await;
            span.in_scope(|| track.pool.settle(record.name(), outcome));
        });
        if let Some(entry) = locked(&self.running).get_mut(&id) {
            entry.abort = Some(task.abort_handle());
        }
    }

    fn spawn_blocking(
        self: &Arc<Self>,
        record: Arc<Record>,
        work: impl FnOnce() -> RunResult + Send + 'static,
    ) {
        let Some(track) = self.track(record.clone()) else { return };
        let span = self.guard(record.clone()).span().clone();
        self.runtime.spawn_blocking(move || {
            let _span = span.enter();
            let outcome = caught(work).flatten();
            track.pool.settle(record.name(), outcome);
        });
    }

    /// The queue, whose one worker starts with the first closure.
    fn queue(&self) -> &mpsc::Sender<Queued> {
        let (door, _) = self.queue.get_or_init(|| {
            let (sender, mut receiver) = mpsc::channel::<Queued>(CAPACITY);
            let (slots, told) = (self.slots.clone(), self.told.clone());
            let worker = self.runtime.spawn(async move {
                while let Some(Queued { work, record, track }) = receiver.recv().await {
                    let guard = Guard::new(record.clone(), slots.clone());
                    let span = guard.span().clone();
                    let outcome = guard.run(|| work(Stop::new(told.clone()))).await;
                    span.in_scope(|| track.pool.settle(record.name(), outcome));
                }
            });
            (sender, worker.abort_handle())
        });
        door
    }

    fn settle(&self, name: &str, outcome: RunResult) {
        let mut tally = locked(&self.tally);
        match outcome {
            Ok(()) => tally.done += 1,
            Err(failure) => {
                tracing::error!(target: "hostkit", error = %failure, "task failed");
                tally.failed += 1;
                tally.last_failure = Some((name.to_owned(), failure));
            }
        }
    }

    /// Works everything off until the deadline; aborts and books what is left. `pulse` makes it look at the clock again.
    pub(crate) async fn drain(&self, deadline: Instant, pulse: &tokio::sync::Notify) {
        let begun = clock::now();
        self.told.tell(begun, deadline);
        self.tracker.close();
        while !self.tracker.is_empty() && clock::now() < deadline {
            let wait = race(clock::sleep_until(deadline), pulse.notified());
            if let First::Left(()) = race(self.tracker.wait(), wait).await {
                break;
            }
        }
        self.closed.store(true, Ordering::Release);
        if let Some((_, worker)) = self.queue.get() {
            worker.abort();
        }
        let given = clock::now().duration_since(begun);
        for entry in locked(&self.running).values() {
            let name = entry.record.name();
            tracing::error!(target: "hostkit", task = name, "did not end within {given:.1?} and was aborted");
            locked(&self.tally).left.push((name.to_owned(), given));
            if let Some(abort) = &entry.abort {
                abort.abort();
            }
        }
    }

    pub(crate) fn tally(&self) -> Tally {
        locked(&self.tally).clone()
    }

    /// The name of the task with this address, while it runs.
    pub(crate) fn find(&self, address: usize) -> Option<Name> {
        let running = locked(&self.running);
        let found = running.values().find(|entry| crate::life::address(&entry.record) == address);
        found.map(|entry| entry.record.name().to_owned().into())
    }
}
