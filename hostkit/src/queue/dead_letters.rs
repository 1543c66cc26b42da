//! Dead jobs: those that no attempt is left for. Kept up to a number, the oldest out first.

use std::collections::VecDeque;
use std::time::SystemTime;

use super::id::JobId;
use super::job_meta::{JobMeta, WaitingJob};
use crate::outcome::failure::Failure;
use crate::state::ServiceRecord;
use crate::time::at::At;
use crate::time::clock::WallClock;
use crate::time::wall_history::shown_at;

/// Number of dead jobs that are kept.
pub(super) const KEPT: usize = 1000;

/// A job that no attempt is left for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeadJob {
    /// What it is known by.
    pub id: JobId,
    /// How many attempts were made.
    pub attempts: u32,
    /// How they failed, the oldest first; of very many the first and the last ones.
    pub errors: Vec<Failure>,
    /// When it was enqueued, by the wall clock as it was then.
    pub enqueued_at: SystemTime,
    /// When it died, by the wall clock as it was then.
    pub died_at: SystemTime,
    /// Whether it can be retried: whether a copy of it could be kept.
    pub retryable: bool,
}

pub(super) struct DeadEntry<J> {
    meta: JobMeta,
    job: Option<J>,
    died: At,
}

pub(super) struct DeadLetters<J>(VecDeque<DeadEntry<J>>);

impl<J> DeadLetters<J> {
    pub(super) fn new() -> Self {
        DeadLetters(VecDeque::new())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Keeps it. Whether another one has to go for it, and that one's job.
    pub(super) fn push(&mut self, meta: JobMeta, job: Option<J>, died: At) -> (bool, Option<J>) {
        let gone = if self.0.len() == KEPT { self.0.pop_front() } else { None };
        self.0.push_back(DeadEntry { meta, job, died });
        (gone.is_some(), gone.and_then(|dead| dead.job))
    }

    /// Takes out all that have a job and may run again, or the one of this id.
    pub(super) fn take(
        &mut self,
        id: Option<JobId>,
        mut may: impl FnMut(&JobMeta) -> bool,
    ) -> Vec<WaitingJob<J>> {
        let (mut taken, mut kept) = (Vec::new(), VecDeque::new());
        for mut dead in self.0.drain(..) {
            let wanted = id.is_none_or(|id| id == dead.meta.id) && dead.job.is_some() && may(&dead.meta);
            match dead.job.take() {
                Some(job) if wanted => taken.push(WaitingJob { meta: dead.meta, job }),
                job => kept.push_back(DeadEntry { job, ..dead }),
            }
        }
        self.0 = kept;
        taken
    }

    /// Their jobs, for good.
    pub(super) fn take_jobs(&mut self) -> impl Iterator<Item = J> {
        self.0.iter_mut().filter_map(|dead| dead.job.take())
    }

    pub(super) fn remove(&mut self, id: JobId) -> Option<DeadEntry<J>> {
        let at = self.0.iter().position(|dead| dead.meta.id == id)?;
        self.0.remove(at)
    }

    pub(super) fn list(&self, wall: WallClock) -> Vec<DeadJob> {
        let shown_at = |moment: At| shown_at(wall, moment.instant());
        let job = |dead: &DeadEntry<J>| DeadJob {
            id: dead.meta.id,
            attempts: dead.meta.used,
            errors: dead.meta.extra.as_ref().map(|extra| extra.errors.clone()).unwrap_or_default(),
            enqueued_at: shown_at(dead.meta.enqueued()),
            died_at: shown_at(dead.died),
            retryable: dead.job.is_some(),
        };
        self.0.iter().map(job).collect()
    }
}

/// A dead job panicked while it was dropped: a failure of its queue, which goes on.
#[cold]
pub(crate) fn dead_job_panicked(record: &ServiceRecord, of: &str, failure: Failure) {
    let failure = failure.while_dropped(&format!("`{}`: a dead job of type `{of}`", record.name()));
    tracing::error!(target: "hostkit", "{failure}");
    record.failed(failure);
}
