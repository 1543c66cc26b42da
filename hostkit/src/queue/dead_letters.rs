//! Dead jobs: those that no attempt is left for. Kept up to a number, the oldest out first.

use std::collections::VecDeque;
use std::time::SystemTime;

use super::entry::{JobMeta, WaitingJob};
use super::id::JobId;
use crate::outcome::failure::Failure;
use crate::state::ServiceRecord;
use crate::time::at::At;
use crate::time::clock::WallClock;
use crate::time::wall_history::shown_at;

/// How many are kept.
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
    head: JobMeta,
    job: Option<J>,
    died: At,
}

impl<J> DeadEntry<J> {
    pub(super) fn into_job(self) -> Option<J> {
        self.job
    }
}

pub(super) struct DeadLetters<J>(VecDeque<DeadEntry<J>>);

impl<J> DeadLetters<J> {
    pub(super) fn new() -> Self {
        DeadLetters(VecDeque::new())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Keeps it; the job that has to go for it comes out.
    pub(super) fn bury(&mut self, head: JobMeta, job: Option<J>, died: At) -> Option<DeadEntry<J>> {
        let out = if self.0.len() == KEPT { self.0.pop_front() } else { None };
        self.0.push_back(DeadEntry { head, job, died });
        out
    }

    /// All of them that can be had back and may come, or the one of this number.
    pub(super) fn raise(
        &mut self,
        id: Option<JobId>,
        mut may: impl FnMut(&JobMeta) -> bool,
    ) -> Vec<WaitingJob<J>> {
        let (mut raised, mut kept) = (Vec::new(), VecDeque::new());
        for mut dead in self.0.drain(..) {
            let wanted = id.is_none_or(|id| id == dead.head.id) && dead.job.is_some() && may(&dead.head);
            match dead.job.take() {
                Some(job) if wanted => raised.push(WaitingJob { head: dead.head, job }),
                job => kept.push_back(DeadEntry { job, ..dead }),
            }
        }
        self.0 = kept;
        raised
    }

    /// Their jobs, for good.
    pub(super) fn take_jobs(&mut self) -> impl Iterator<Item = J> {
        self.0.iter_mut().filter_map(|dead| dead.job.take())
    }

    pub(super) fn remove(&mut self, id: JobId) -> Option<DeadEntry<J>> {
        let at = self.0.iter().position(|dead| dead.head.id == id)?;
        self.0.remove(at)
    }

    pub(super) fn list(&self, wall: WallClock) -> Vec<DeadJob> {
        let shown_at = |moment: At| shown_at(wall, moment.instant());
        let job = |dead: &DeadEntry<J>| DeadJob {
            id: dead.head.id,
            attempts: dead.head.used,
            errors: dead.head.rest.as_ref().map(|rest| rest.errors.clone()).unwrap_or_default(),
            enqueued_at: shown_at(dead.head.enqueued()),
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
