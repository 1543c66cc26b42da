//! Parameters of jobs for a plain unit test of an annotated function, each with what drives or reads it.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use crate::outcome::stopped_mark::HostId;
use crate::param::attempt::{Attempt, AttemptInfo};
use crate::param::run_facts::RunFacts;
use crate::queue::{EnqueuedJob, JobId, Queue, QueueCore, unhandled};
use crate::sync::lock::lock_unpoisoned;
use crate::time::clock::WallClock;

/// The first [`Attempt`] of four at a job that was enqueued now, and what changes it.
///
/// ```
/// let (attempt, controller) = hostkit::testing::attempt();
/// assert_eq!((attempt.number(), attempt.max(), attempt.id().to_string()), (1, 4, "1".to_owned()));
/// controller.number(2).max(2).id("7".parse().unwrap());
/// assert_eq!((attempt.number(), attempt.max(), attempt.id().to_string()), (2, 2, "7".to_owned()));
/// ```
pub fn attempt() -> (Attempt, AttemptController) {
    let facts = AttemptInfo { id: JobId::FIRST, number: 1, max: 4, enqueued_at: WallClock::default().now() };
    let facts = Arc::new(Mutex::new(facts));
    (Attempt::new(RunFacts::Set(facts.clone())), AttemptController { facts })
}

/// A [`Queue`] that nothing handles, and what takes its jobs out, fills it and closes it. Its capacity is 1024.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (queue, controller) = hostkit::testing::queue::<&str>();
/// queue.enqueue("first").await.unwrap();
/// queue.job("second").priority(5).enqueue().await.unwrap();
/// assert_eq!(controller.enqueued(), ["first", "second"]);
/// controller.fill();
/// assert!(queue.try_enqueue("third").await.is_err());
/// # }
/// ```
pub fn queue<T: Send + 'static>() -> (Queue<T>, QueueController<T>) {
    let (queue, core) = unhandled();
    (queue, QueueController { core, filled: Arc::default() })
}

/// Changes the [`Attempt`] it was made with, also while the function runs.
#[derive(Debug, Clone)]
pub struct AttemptController {
    facts: Arc<Mutex<AttemptInfo>>,
}

impl AttemptController {
    /// Sets the job's [`id`](Attempt::id).
    pub fn id(&self, id: JobId) -> &Self {
        lock_unpoisoned(&self.facts).id = id;
        self
    }

    /// Sets the [`number`](Attempt::number) of the attempt, from 1.
    pub fn number(&self, number: u32) -> &Self {
        lock_unpoisoned(&self.facts).number = number;
        self
    }

    /// Sets how many attempts there are at most: [`max`](Attempt::max).
    pub fn max(&self, max: u32) -> &Self {
        lock_unpoisoned(&self.facts).max = max;
        self
    }

    /// Sets when the job was enqueued: [`enqueued_at`](Attempt::enqueued_at).
    pub fn enqueued_at(&self, time: impl Into<SystemTime>) -> &Self {
        lock_unpoisoned(&self.facts).enqueued_at = time.into();
        self
    }
}

/// Takes out what was enqueued in the [`Queue`] it was made with, fills it, and closes it.
pub struct QueueController<T> {
    core: Arc<QueueCore<T>>,
    /// Places that [`fill`](QueueController::fill) took.
    filled: Arc<AtomicUsize>,
}

impl<T: Send + 'static> QueueController<T> {
    /// Takes out the jobs that were enqueued since the last call, in order, delayed ones too. Each makes room for another.
    pub fn enqueued(&self) -> Vec<T> {
        self.jobs().into_iter().map(|enqueued| enqueued.job).collect()
    }

    /// The same, each with the delay, the priority and the unique key that it was enqueued with.
    pub fn jobs(&self) -> Vec<EnqueuedJob<T>> {
        self.core.take_all()
    }

    /// Takes all the room that is left: `try_enqueue` gives the job back, and `enqueue` waits.
    pub fn fill(&self) {
        self.filled.fetch_add(self.core.fill(), Ordering::Relaxed);
    }

    /// Gives back the room that [`fill`](QueueController::fill) took.
    pub fn make_room(&self) {
        self.core.make_room(self.filled.swap(0, Ordering::Relaxed));
    }

    /// Closes the queue, as the end of a host does: from now on it gives jobs back, also those that wait for room.
    pub fn close(&self) {
        self.core.source.close(HostId::default());
    }
}

impl<T> Clone for QueueController<T> {
    fn clone(&self) -> Self {
        QueueController { core: self.core.clone(), filled: self.filled.clone() }
    }
}

impl<T> fmt::Debug for QueueController<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueueController<{}>", std::any::type_name::<T>())
    }
}
