//! A job in a store: waiting, delayed, claimed, settled.

use std::sync::Arc;
use std::time::Duration;

use super::id::JobId;
use crate::outcome::failure::Failure;
use crate::time::at::At;

/// A job that waits. What it takes beside the job itself: at most 64 bytes, delayed or not.
pub(crate) struct WaitingJob<J> {
    pub(crate) head: JobMeta,
    pub(crate) job: J,
}

/// What is known of a job beside itself.
pub(crate) struct JobMeta {
    pub(crate) id: JobId,
    /// Since when it stands in the line: since it was enqueued, or fell due.
    pub(crate) since: At,
    /// Attempts that were used up.
    pub(crate) used: u32,
    /// It holds a place of the queue's capacity.
    pub(super) place: bool,
    /// It holds its key: no other job of that key may run.
    pub(super) held: bool,
    /// Only where there is something to keep.
    pub(crate) rest: Option<Box<Rest>>,
}

#[derive(Default)]
pub(crate) struct Rest {
    pub(super) key: Option<Arc<str>>,
    pub(super) unique: Option<Arc<str>>,
    pub(super) priority: i32,
    /// It is delayed until a time of the wall clock, which may be set meanwhile.
    pub(super) by_wall: bool,
    /// When it was enqueued, where that is not since when it stands in the line.
    pub(super) enqueued: Option<At>,
    /// Of its failed attempts, the oldest first.
    pub(crate) errors: Vec<Failure>,
}

/// How many errors of one job are kept: the first, and the last ones.
const ERRORS: usize = 20;

impl<J> WaitingJob<J> {
    /// A plain one, which holds a place.
    pub(super) fn new(id: JobId, job: J, rest: Option<Box<Rest>>, since: At) -> Self {
        WaitingJob { head: JobMeta { id, since, used: 0, place: true, held: false, rest }, job }
    }
}

impl JobMeta {
    pub(crate) fn enqueued(&self) -> At {
        self.rest.as_ref().and_then(|rest| rest.enqueued).unwrap_or(self.since)
    }

    pub(super) fn priority(&self) -> i32 {
        self.rest.as_ref().map_or(0, |rest| rest.priority)
    }

    pub(super) fn key(&self) -> Option<&Arc<str>> {
        self.rest.as_ref()?.key.as_ref()
    }

    pub(super) fn unique(&self) -> Option<&Arc<str>> {
        self.rest.as_ref()?.unique.as_ref()
    }

    /// It stands in the line from here on; when it was enqueued is not forgotten.
    pub(super) fn stands_since(&mut self, since: At) {
        let enqueued = self.enqueued();
        self.rest.get_or_insert_default().enqueued = Some(enqueued);
        self.since = since;
    }

    pub(super) fn failed(&mut self, failure: Failure) {
        let errors = &mut self.rest.get_or_insert_default().errors;
        if errors.len() == ERRORS {
            errors.remove(1);
        }
        errors.push(failure);
    }
}

/// A job that an attempt was made at, and what becomes of it.
pub(crate) struct Completion<J> {
    pub(crate) head: JobMeta,
    pub(crate) how: Disposition<J>,
}

pub(crate) enum Disposition<J> {
    Done,
    /// Another attempt, after this while; this one failed.
    Retry {
        job: J,
        after: Duration,
        failure: Failure,
    },
    /// Not now; no attempt is used.
    Snooze {
        job: J,
        after: Duration,
    },
    /// None any more. The job is kept if it can be.
    Dead {
        job: Option<J>,
        failure: Failure,
    },
    /// Cut short by a stop, which is no failure: it is left over.
    Interrupted,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiting_job_is_small() {
        assert!(size_of::<WaitingJob<u64>>() <= 8 + 32, "{}", size_of::<WaitingJob<u64>>());
    }
}
