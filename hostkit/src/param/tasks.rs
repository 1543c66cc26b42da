//! Background work that the host tracks: spawned futures, blocking closures, and a bounded queue of one at a time.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::stop::Stop;
use super::task_pool::TaskPool;
use crate::inject::{Kind, Needs, Param, Scope};
use crate::outcome::result::{ConvertedOutcome, IntoOutcome, judged, returns};
use crate::outcome::stopped_mark::BY_STOP;
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
    pool: Arc<TaskPool>,
    owner: Arc<ServiceRecord>,
}

impl Tasks {
    /// Runs a future beside the service, under a name.
    pub fn spawn<F>(&self, name: impl fmt::Display, future: F)
    where
        F: Future<Output: IntoOutcome> + Send + 'static,
    {
        let record = self.record(name);
        self.pool.spawn(record, Box::pin(ConvertedOutcome::new(future, returns())));
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

impl Error for TasksClosed {
    /// A mark that survives any wrapping: it is no failure while the host stops.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&BY_STOP)
    }
}
