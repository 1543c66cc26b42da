//! A queue under test: copies of the jobs that wait in it, or the jobs themselves.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::handle::{Queue, QueueCore};
use super::memory_source::{MemorySource, QueueOptions};
use super::retry_copies::Copying;
use crate::outcome::failure::Failure;
use crate::sync::lock::lock_unpoisoned;
use crate::time::clock::{self, WallClock};

/// A job as it was enqueued, and its options; what the controller of [`testing::queue`](crate::testing::queue) takes out.
#[non_exhaustive]
pub struct EnqueuedJob<T> {
    /// The job.
    pub job: T,
    /// After which time it was to run; 0 is at once.
    pub delay: Duration,
    /// Its priority; 0 is the usual one.
    pub priority: i32,
    /// Its unique key.
    pub unique: Option<String>,
}

impl<T> fmt::Debug for EnqueuedJob<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnqueuedJob")
            .field("delay", &self.delay)
            .field("priority", &self.priority)
            .field("unique", &self.unique)
            .finish_non_exhaustive()
    }
}

/// A queue that no service handles, with the usual capacity.
pub(crate) fn unhandled<T: Send + 'static>() -> (Queue<T>, Arc<QueueCore<T>>) {
    let source = MemorySource::new(QueueOptions::default());
    let core = Arc::new(QueueCore::new(source, None, Copying::Never, Vec::new()));
    (Queue::of(core.clone(), WallClock::default()), core)
}

impl<T: Send + 'static> QueueCore<T> {
    /// Copies of all jobs that wait, in the order in which they were enqueued; nothing where no copies can be made.
    ///
    /// They are made under the queue's lock, which no other user code ever sees: a job's `Clone` or `Serialize` that uses its
    /// own queue would wait for ever.
    pub(crate) fn copies(&self) -> Option<Result<Vec<T>, Failure>> {
        let state = lock_unpoisoned(&self.source.state);
        let mut copies = Vec::new();
        for waiting in state.all() {
            match self.copying.copy(&waiting.job)? {
                Ok(copy) => copies.push((waiting.meta.id, copy)),
                Err(failure) => return Some(Err(failure)),
            }
        }
        drop(state);
        copies.sort_by_key(|(id, _)| *id);
        Some(Ok(copies.into_iter().map(|(_, copy)| copy).collect()))
    }

    /// Takes out every job that waits, in the order in which they were enqueued. Their room and their unique keys are free again.
    pub(crate) fn take_all(&self) -> Vec<EnqueuedJob<T>> {
        let mut state = lock_unpoisoned(&self.source.state);
        let (mut ready, count) = (VecDeque::new(), state.waiting.len());
        state.waiting.take(count, &mut ready);
        let mut jobs: Vec<_> = ready.into_iter().map(|waiting| (Duration::ZERO, waiting)).collect();
        let end_of_time = clock::later(clock::now(), Duration::MAX);
        while let Some((due, waiting)) = state.delayed.pop(end_of_time) {
            let delay = due.saturating_duration_since(waiting.meta.enqueued().instant());
            jobs.push((delay, waiting));
        }
        state.unique.clear();
        drop(state);
        self.source.permits.add_permits(jobs.len());
        jobs.sort_by_key(|(_, waiting)| waiting.meta.id);
        let enqueued = jobs.into_iter().map(|(delay, waiting)| EnqueuedJob {
            delay,
            priority: waiting.meta.priority(),
            unique: waiting.meta.unique().map(|unique| unique.to_string()),
            job: waiting.job,
        });
        enqueued.collect()
    }

    /// Takes all the room that is left. Returns how much that was.
    pub(crate) fn fill(&self) -> usize {
        self.source.permits.forget_permits(usize::MAX)
    }

    /// Gives back what [`fill`](QueueCore::fill) took.
    pub(crate) fn make_room(&self, permits: usize) {
        self.source.permits.add_permits(permits);
    }
}
