//! Parameters for a plain unit test of an annotated function, each with what drives or reads it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;

use crate::host::{HostHandle, Status};
use crate::outcome::failure::Failure;
use crate::outcome::stopped_mark::HostId;
use crate::param::heartbeat::Heartbeat;
use crate::param::ready::Ready;
use crate::param::run_facts::RunFacts;
use crate::param::stop::Stop;
use crate::param::task_pool::TaskPool;
use crate::param::tasks::Tasks;
use crate::param::{Cause, Tick};
use crate::state::{Role, ServiceRecord};
use crate::sync::lock::lock_unpoisoned;
use crate::time::clock::{self, WallClock};
use crate::time::tick_info::TickInfo;

/// How long after a stop was requested its deadline is.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

fn record() -> Arc<ServiceRecord> {
    ServiceRecord::apart(Role::Service, "test")
}

/// A [`Stop`] that no host holds, and what raises it.
///
/// ```
/// let (stop, controller) = hostkit::testing::stop();
/// assert!(!stop.is_requested());
/// controller.stop();
/// assert!(stop.is_requested());
/// ```
pub fn stop() -> (Stop, StopController) {
    let record = record();
    (Stop::new(record.clone()), StopController { record })
}

/// A [`Ready`] that no host waits for, and what tells whether it was notified.
///
/// ```
/// let (ready, controller) = hostkit::testing::ready();
/// assert!(!controller.is_notified());
/// ready.notify();
/// assert!(controller.is_notified());
/// ```
pub fn ready() -> (Ready, ReadyController) {
    let record = record();
    record.starting();
    (Ready::new(record.clone()), ReadyController { record })
}

/// A [`Heartbeat`] that no host watches, and what counts its beats.
///
/// ```
/// let (heart, controller) = hostkit::testing::heartbeat();
/// heart.beat();
/// assert_eq!(controller.beats(), 1);
/// ```
pub fn heartbeat() -> (Heartbeat, HeartbeatController) {
    let beats = Arc::<AtomicU64>::default();
    let heart = Heartbeat::counted(record(), beats.clone());
    (heart, HeartbeatController { beats })
}

/// The [`Tick`] of a first run that is due now, and what changes it.
///
/// ```
/// let (tick, controller) = hostkit::testing::tick();
/// assert_eq!((tick.number(), tick.missed(), tick.cause()), (1, 0, hostkit::param::Cause::Schedule));
/// controller.number(7).missed(2).cause(hostkit::param::Cause::CatchUp);
/// assert_eq!((tick.number(), tick.missed(), tick.cause()), (7, 2, hostkit::param::Cause::CatchUp));
/// ```
pub fn tick() -> (Tick, TickController) {
    let due = WallClock::default().now();
    let facts = Arc::new(Mutex::new(TickInfo { due, number: 1, missed: 0, cause: Cause::Schedule }));
    (Tick::new(RunFacts::Set(facts.clone())), TickController { facts })
}

/// A [`Tasks`] that no host drains, and what waits for its tasks, counts them and closes it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (tasks, controller) = hostkit::testing::tasks();
/// tasks.spawn("greet", async { Err("nobody there") }).unwrap();
/// controller.drain().await;
/// assert_eq!((controller.finished(), controller.failed()), (0, 1));
/// controller.close();
/// assert!(tasks.spawn("late", async {}).is_err());
/// # }
/// ```
///
/// # Panics
/// Outside a tokio runtime.
pub fn tasks() -> (Tasks, TasksController) {
    let pool =
        Arc::new(TaskPool::new(HostId::default(), Handle::current(), Arc::default(), Default::default()));
    (Tasks::new(pool.clone(), record()), TasksController { pool })
}

/// A [`HostHandle`] of a host that has no services and does nothing by itself, and what drives and reads it.
///
/// ```
/// use hostkit::report::Status;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (host, controller) = hostkit::testing::host_handle();
/// assert_eq!(host.status(), Status::Starting);
/// controller.set_ready();
/// assert!(host.ready().await);
/// host.stop();
/// assert!(controller.is_stop_requested());
/// controller.set_stopped();
/// host.stopped().await;
/// # }
/// ```
///
/// # Panics
/// Outside a tokio runtime.
pub fn host_handle() -> (HostHandle, HostController) {
    let handle = HostHandle::idle();
    (handle.clone(), HostController { handle })
}

/// Raises the [`Stop`] it was made with.
#[derive(Debug, Clone)]
pub struct StopController {
    record: Arc<ServiceRecord>,
}

impl StopController {
    /// Requests the stop; the [`deadline`](Stop::deadline) is 10 seconds later. A second call changes nothing.
    pub fn stop(&self) {
        if !self.record.signal().is_cancelled() {
            let now = clock::now();
            self.record.tell(now, now + STOP_TIMEOUT);
        }
    }
}

/// Reads the [`Ready`] it was made with.
#[derive(Debug, Clone)]
pub struct ReadyController {
    record: Arc<ServiceRecord>,
}

impl ReadyController {
    /// Whether [`notify`](Ready::notify) was called.
    pub fn is_notified(&self) -> bool {
        self.record.was_started()
    }

    /// Whether the parameter was dropped without [`notify`](Ready::notify): in a host, the start has failed then.
    pub fn is_dropped(&self) -> bool {
        self.record.is_unready()
    }
}

/// Reads the [`Heartbeat`] it was made with.
#[derive(Debug, Clone)]
pub struct HeartbeatController {
    beats: Arc<AtomicU64>,
}

impl HeartbeatController {
    /// How often [`beat`](Heartbeat::beat) was called.
    pub fn beats(&self) -> u64 {
        self.beats.load(Ordering::Relaxed)
    }
}

/// Changes the [`Tick`] it was made with, also while the function runs.
#[derive(Debug, Clone)]
pub struct TickController {
    facts: Arc<Mutex<TickInfo>>,
}

impl TickController {
    /// Sets when the run was [`due`](Tick::due).
    pub fn due(&self, due: impl Into<SystemTime>) -> &Self {
        lock_unpoisoned(&self.facts).due = due.into();
        self
    }

    /// Sets the [`number`](Tick::number) of the run.
    pub fn number(&self, number: u64) -> &Self {
        lock_unpoisoned(&self.facts).number = number;
        self
    }

    /// Sets how many due times were [`missed`](Tick::missed).
    pub fn missed(&self, missed: u64) -> &Self {
        lock_unpoisoned(&self.facts).missed = missed;
        self
    }

    /// Sets the [`cause`](Tick::cause) of the run.
    pub fn cause(&self, cause: Cause) -> &Self {
        lock_unpoisoned(&self.facts).cause = cause;
        self
    }
}

/// Waits for the tasks of the [`Tasks`] it was made with, counts them, and closes it.
#[derive(Clone)]
pub struct TasksController {
    pool: Arc<TaskPool>,
}

impl TasksController {
    /// Waits until no task runs or waits. It closes nothing: more may be spawned afterwards.
    pub async fn drain(&self) {
        self.pool.ended().await;
    }

    /// Lets it refuse all further tasks, and raises the [`Stop`] of enqueued closures, as the end of a host does. What runs goes on.
    pub fn close(&self) {
        self.pool.tell(clock::now() + STOP_TIMEOUT);
        self.pool.close();
    }

    /// How many tasks have ended without an error.
    pub fn finished(&self) -> u64 {
        self.pool.tally().done
    }

    /// How many tasks have failed: returned an error, or panicked.
    pub fn failed(&self) -> u64 {
        self.pool.tally().failed
    }

    /// The failure of the task that failed last; [`is_panic`](Failure::is_panic) tells a panic from an error.
    pub fn last_error(&self) -> Option<Failure> {
        self.pool.tally().last_failure.map(|(_, failure)| failure)
    }
}

impl std::fmt::Debug for TasksController {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TasksController").field("len", &self.pool.len()).finish_non_exhaustive()
    }
}

/// Drives and reads the [`HostHandle`] it was made with.
#[derive(Debug, Clone)]
pub struct HostController {
    handle: HostHandle,
}

impl HostController {
    /// Whether [`stop`](HostHandle::stop) was called.
    pub fn is_stop_requested(&self) -> bool {
        self.handle.0.stop.is_raised()
    }

    /// Makes the host ready, as if all of its services had started.
    pub fn set_ready(&self) {
        self.handle.0.status.send_replace(Status::Ready);
        self.handle.0.shared.ready.cancel();
    }

    /// Makes the host one that has stopped, as if all of its services had ended.
    pub fn set_stopped(&self) {
        self.handle.0.status.send_replace(Status::Stopped);
        self.handle.0.finished.cancel();
    }
}
