//! `Queue<T>`: by which jobs go in.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use super::error::EnqueueError;
use super::id::JobId;
use super::job::{Codec, Sendable};
use super::job_source::{JobSource, NewJob};
use super::memory_source::MemorySource;
use super::retry_copies::Copying;
use super::stats::QueueStats;
use crate::inject::{Kind, Needs, Param, Scope};
use crate::state::ServiceName;
use crate::sync::block_on;
use crate::time::clock::WallClock;

/// Enqueues jobs of type `T`, for the one `#[queued]` function whose first parameter is a `T`.
///
/// It is a parameter of everything that takes parameters, and clones as cheaply as an `Arc`: give it to a web
/// framework as its state, say.
///
/// ```
/// use hostkit::prelude::*;
/// use hostkit::Host;
/// use hostkit::queue::Queue;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Resize {
///     image: String,
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), hostkit::BuildError> {
/// let report = Host::builder()
///     .queued("resize", |job: Resize| async move { tracing::info!("resizing {}", job.image) })
///     .service("upload", |queue: Queue<Resize>, host: HostHandle| async move {
///         queue.enqueue(Resize { image: "a.png".into() }).await?;
///         host.stop(); // what was accepted is worked off
///         hostkit::Result::<()>::Ok(())
///     })
///     .build()?
///     .run()
///     .await;
/// assert_eq!(report.service("resize").unwrap().runs(), 1);
/// # Ok(())
/// # }
/// ```
///
/// A queue is bounded: [`enqueue`](Queue::enqueue) waits while as many jobs wait as its `capacity` says. On stop it accepts until
/// nothing that the host tracks can enqueue any more; from then on it gives jobs back ([`Closed`](crate::queue::EnqueueErrorKind::Closed)).
pub struct Queue<T> {
    core: Arc<QueueCore<T>>,
    wall: WallClock,
}

/// What every `Queue<T>` and the workers share.
pub(crate) struct QueueCore<T> {
    pub(crate) source: MemorySource<T>,
    /// For jobs that come as JSON; none for a type that is kept in memory for good.
    pub(super) codec: Option<Codec<T>>,
    /// For a test that looks at what waits.
    #[cfg_attr(not(feature = "testing"), allow(dead_code))]
    pub(super) copying: Copying<T>,
    /// Older names of the queue.
    pub(super) aliases: Vec<ServiceName>,
    /// Number of jobs that were left, and the figures, when its jobs were dropped.
    pub(super) at_end: OnceLock<(usize, QueueStats)>,
}

impl<T> QueueCore<T> {
    pub(crate) fn new(
        source: MemorySource<T>,
        codec: Option<Codec<T>>,
        copying: Copying<T>,
        aliases: Vec<ServiceName>,
    ) -> Self {
        QueueCore { source, codec, copying, aliases, at_end: OnceLock::new() }
    }
}

/// What became of a job that may be one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a duplicate was not enqueued: `is_duplicate()` tells, `id()` if it makes no difference"]
pub enum Enqueued {
    /// It was accepted.
    Inserted(JobId),
    /// One with its unique key waits or runs already: that one. The new one was dropped.
    Duplicate(JobId),
}

impl Enqueued {
    /// The job that is there now.
    pub fn id(self) -> JobId {
        match self {
            Enqueued::Inserted(id) | Enqueued::Duplicate(id) => id,
        }
    }

    /// Whether it was there already.
    pub fn is_duplicate(self) -> bool {
        matches!(self, Enqueued::Duplicate(_))
    }
}

impl<T: Send + 'static> Queue<T> {
    #[cfg(feature = "testing")]
    pub(crate) fn of(core: Arc<QueueCore<T>>, wall: WallClock) -> Self {
        Queue { core, wall }
    }

    /// Enqueues a job; waits while the queue is full. Dropped before it has returned, nothing was enqueued.
    ///
    /// # Errors
    /// [`Closed`](crate::queue::EnqueueErrorKind::Closed), with the job.
    // No `async fn`: that would be a future around the source's own, and one more move of the job.
    pub fn enqueue(&self, job: T) -> impl Future<Output = Result<JobId, EnqueueError<T>>> + Send {
        self.core.source.enqueue(job)
    }

    /// Enqueues a job if there is room.
    ///
    /// # Errors
    /// [`Full`](crate::queue::EnqueueErrorKind::Full) or [`Closed`](crate::queue::EnqueueErrorKind::Closed), with the job.
    #[allow(clippy::unused_async, reason = "a durable store will have to wait for its answer")]
    pub async fn try_enqueue(&self, job: T) -> Result<JobId, EnqueueError<T>> {
        self.core.source.push(NewJob::new(job), false).await.map(Enqueued::id)
    }

    /// Enqueues a job that is to run after this while, or later. It takes room from now on.
    ///
    /// # Errors
    /// [`Closed`](crate::queue::EnqueueErrorKind::Closed), with the job.
    pub async fn enqueue_after(&self, job: T, delay: Duration) -> Result<JobId, EnqueueError<T>> {
        self.job(job).after(delay).enqueue().await.map(Enqueued::id)
    }

    /// Enqueues a job that is to run at this time, by the wall clock, or later. A time that has passed is now.
    ///
    /// Should the wall clock be set meanwhile, or the machine sleep, it is that time all the same.
    ///
    /// # Errors
    /// [`Closed`](crate::queue::EnqueueErrorKind::Closed), with the job.
    pub async fn enqueue_at(&self, job: T, time: impl Into<SystemTime>) -> Result<JobId, EnqueueError<T>> {
        let job = self.job(job).at(time);
        job.enqueue().await.map(Enqueued::id)
    }

    /// Enqueues all of these jobs, in order, each as soon as there is room: other producers have their turns in between. Their ids
    /// are in the same order.
    ///
    /// The jobs may be made lazily, at most 64 ahead of those that are enqueued. Dropped before it has returned, some may have
    /// been enqueued.
    ///
    /// # Errors
    /// [`Closed`](crate::queue::EnqueueErrorKind::Closed), with those that were not enqueued. Of an iterator that does not say how many it has (its
    /// [`size_hint`](Iterator::size_hint) has no upper bound) at most some 65,000 are given back, since it may have no end; what
    /// is left in it is yours if you pass `&mut jobs`.
    pub async fn enqueue_all(
        &self,
        jobs: impl IntoIterator<Item = T>,
    ) -> Result<Vec<JobId>, EnqueueError<Vec<T>>> {
        self.core.source.push_all(jobs.into_iter()).await
    }

    /// [`enqueue`](Queue::enqueue) for sync code: a `fn` service, or a thread of yours. Not for an executor thread: it blocks.
    ///
    /// # Errors
    /// [`Closed`](crate::queue::EnqueueErrorKind::Closed), with the job.
    pub fn enqueue_blocking(&self, job: T) -> Result<JobId, EnqueueError<T>> {
        block_on::wait(self.enqueue(job), None)
            .unwrap_or_else(|| unreachable!("a wait without a limit ends with its future"))
    }

    /// A job with options: `queue.job(x).after(delay).unique("key").priority(1).enqueue().await`.
    pub fn job(&self, job: T) -> JobBuilder<'_, T> {
        JobBuilder { queue: self, new: NewJob::new(job) }
    }

    /// How many jobs wait, delayed ones and retries included. Those that run are not counted.
    #[allow(clippy::unused_async, reason = "a durable store will have to wait for its answer")]
    pub async fn len(&self) -> usize {
        self.core.len()
    }

    /// Whether none waits.
    pub async fn is_empty(&self) -> bool {
        self.len().await == 0
    }
}

/// A job and its options, yet to be enqueued: what [`Queue::job`] gives.
#[must_use = "nothing is enqueued before `enqueue().await`"]
pub struct JobBuilder<'a, T> {
    queue: &'a Queue<T>,
    new: NewJob<T>,
}

impl<T: Send + 'static> JobBuilder<'_, T> {
    /// It is to run after this while, or later.
    pub fn after(mut self, delay: Duration) -> Self {
        (self.new.delay, self.new.by_wall) = (delay, false);
        self
    }

    /// It is to run at this time, by the wall clock, or later.
    pub fn at(mut self, time: impl Into<SystemTime>) -> Self {
        let now = self.queue.wall.now();
        let delay = time.into().duration_since(now).unwrap_or_default();
        (self.new.delay, self.new.by_wall) = (delay, !delay.is_zero());
        self
    }

    /// It is not enqueued while another one with this key waits or runs: until that one is done, or dead.
    ///
    /// A job that runs is a duplicate of itself: one that enqueues its own successor needs another key for it, say with a number
    /// in it, or the chain ends with [`Enqueued::Duplicate`]. (A `debug` line of the log tells of each duplicate.)
    pub fn unique(mut self, key: impl Into<String>) -> Self {
        self.new.unique = Some(key.into());
        self
    }

    /// Jobs of a higher priority run first; 0 is the usual one. A lower one may starve: it runs only while no higher one waits.
    ///
    /// Among jobs of one key the order in which they were enqueued counts, whatever their priority.
    pub fn priority(mut self, priority: i32) -> Self {
        self.new.priority = priority;
        self
    }

    /// Enqueues it; waits while the queue is full. Dropped before it has returned, nothing was enqueued.
    ///
    /// # Errors
    /// [`Closed`](crate::queue::EnqueueErrorKind::Closed), with the job.
    pub async fn enqueue(self) -> Result<Enqueued, EnqueueError<T>> {
        self.queue.core.source.push(self.new, true).await
    }

    /// Enqueues it if there is room.
    ///
    /// # Errors
    /// [`Full`](crate::queue::EnqueueErrorKind::Full) or [`Closed`](crate::queue::EnqueueErrorKind::Closed), with the job.
    #[allow(clippy::unused_async, reason = "a durable store will have to wait for its answer")]
    pub async fn try_enqueue(self) -> Result<Enqueued, EnqueueError<T>> {
        self.queue.core.source.push(self.new, false).await
    }
}

impl<K: Kind, T: Sendable> Param<K> for Queue<T> {
    fn needs(needs: &mut Needs<K>) {
        needs.brought::<QueueCore<T>>(std::any::type_name::<T>());
    }

    fn get(scope: &Scope<'_, K>) -> Self {
        Queue { core: scope.value(), wall: scope.context().shared.wall }
    }
}

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Queue { core: self.core.clone(), wall: self.wall }
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Queue<{}>", std::any::type_name::<T>())
    }
}

impl<T> fmt::Debug for JobBuilder<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JobBuilder<{}>", std::any::type_name::<T>())
    }
}

impl<T> fmt::Debug for QueueCore<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueueCore<{}>", std::any::type_name::<T>())
    }
}
