//! Background work that the host tracks: spawned futures, blocking closures, and a bounded queue of one at a time.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use tokio::task::JoinHandle;

use super::stop::Stop;
use super::task_pool::TaskPool;
use crate::inject::{Kind, Needs, Param, Scope};
use crate::outcome::result::{ConvertedOutcome, IntoOutcome, judged, returns};
use crate::outcome::stopped_mark::StoppedMark;
use crate::state::{Role, ServiceRecord};
use crate::sync::BoxFuture;

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
///     tasks.spawn("greet", async { tracing::info!("hello") })?;
///     tasks.spawn_blocking("sum", || -> hostkit::Result { Ok(assert_eq!(1 + 1, 2)) })?;
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
    pool: Arc<TaskPool>,
    owner: Arc<ServiceRecord>,
}

impl Tasks {
    pub(crate) fn new(pool: Arc<TaskPool>, owner: Arc<ServiceRecord>) -> Self {
        Tasks { pool, owner }
    }

    /// Runs a future beside the service, under a name.
    ///
    /// # Errors
    /// [`TasksClosed`] once the host has stopped; the future is dropped.
    pub fn spawn<F>(&self, name: impl fmt::Display, future: F) -> Result<TaskHandle, TasksClosed>
    where
        F: Future<Output: IntoOutcome> + Send + 'static,
    {
        let record = self.record(name);
        let task = self.pool.spawn(record.clone(), Box::pin(ConvertedOutcome::new(future, returns())));
        Ok(TaskHandle { record, task: task.ok_or(TasksClosed)? })
    }

    /// Runs a closure on the blocking pool, under a name.
    ///
    /// It can't be aborted: on stop it is waited for until the deadline, then left behind and named.
    ///
    /// # Errors
    /// [`TasksClosed`] once the host has stopped; the closure is dropped.
    pub fn spawn_blocking<F, T>(&self, name: impl fmt::Display, work: F) -> Result<TaskHandle, TasksClosed>
    where
        F: FnOnce() -> T + Send + 'static,
        T: IntoOutcome,
    {
        let record = self.record(name);
        let task = self.pool.spawn_blocking(record.clone(), || judged(work()));
        Ok(TaskHandle { record, task: task.ok_or(TasksClosed)? })
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
        let work =
            Box::new(move |stop| Box::pin(async move { judged(work(stop).await) }) as BoxFuture<'_, _>);
        if self.pool.enqueue(self.record("queue"), work).await { Ok(()) } else { Err(TasksClosed) }
    }

    /// How many tasks run or wait.
    pub fn len(&self) -> usize {
        self.pool.len()
    }

    /// Whether nothing runs or waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn record(&self, name: impl fmt::Display) -> Arc<ServiceRecord> {
        ServiceRecord::apart(Role::Task, format!("{}/{name}", self.owner.name()))
    }
}

#[diagnostic::do_not_recommend]
impl<K: Kind> Param<K> for Tasks {
    fn needs(_: &mut Needs<K>) {}

    fn get(scope: &Scope<'_, K>) -> Self {
        Tasks::new(scope.value(), scope.context().record.clone())
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks").field("len", &self.len()).finish()
    }
}

/// A task that [`Tasks`] runs. Dropped, it leaves the task running.
///
/// ```
/// use hostkit::prelude::*;
///
/// #[hosted_service]
/// async fn importer(stop: Stop, tasks: Tasks) -> hostkit::Result {
///     let task = tasks.spawn("import", async { tracing::info!("importing") })?;
///     stop.run_until(task.finished()).await;
///     Ok(())
/// }
/// # fn main() {}
/// ```
pub struct TaskHandle {
    record: Arc<ServiceRecord>,
    task: JoinHandle<()>,
}

impl TaskHandle {
    /// The name that the log and the report give it: that of the service, a slash, and the task's own.
    pub fn name(&self) -> &str {
        self.record.name()
    }

    /// Whether it has ended, however.
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// Waits until it has ended, however: the log and the report tell how.
    pub async fn finished(self) {
        let _ = self.task.await; // an error says that it was aborted
    }

    /// Drops its future at the next point where that waits. It counts neither as finished nor as failed. A closure on the blocking
    /// pool goes on once it has begun.
    pub fn abort(&self) {
        self.task.abort();
    }
}

impl fmt::Debug for TaskHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle")
            .field("name", &self.name())
            .field("is_finished", &self.is_finished())
            .finish()
    }
}

/// The host has stopped: it takes no more tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TasksClosed;

impl fmt::Display for TasksClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host has stopped and takes no more tasks: do the work in the service itself, before that returns")
    }
}

impl Error for TasksClosed {
    /// A mark that survives any wrapping: it is no failure while the host stops.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&StoppedMark { host: None })
    }
}
