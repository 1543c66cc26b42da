//! A job in a source, what is known of it, and what becomes of it after an attempt.

use std::sync::Arc;
use std::time::Duration;

use super::id::JobId;
use crate::outcome::failure::Failure;
use crate::time::at::At;

/// A job that waits. What it takes beside the job itself: at most 64 bytes, delayed or not.
pub(crate) struct WaitingJob<J> {
    pub(crate) meta: JobMeta,
    pub(crate) job: J,
}

/// What is known of a job beside itself.
pub(crate) struct JobMeta {
    pub(crate) id: JobId,
    /// Since when it waits: since it was enqueued, or fell due.
    pub(super) since: At,
    /// Number of attempts that were used up.
    pub(crate) used: u32,
    /// It takes a permit of the queue's capacity: until it begins.
    pub(super) has_permit: bool,
    /// It holds its key: no other job of that key may run.
    pub(super) holds_key: bool,
    pub(super) extra: Option<Box<ExtraMeta>>,
}

/// What only some jobs have.
#[derive(Default)]
pub(super) struct ExtraMeta {
    pub(super) key: Option<Arc<str>>,
    pub(super) unique: Option<Arc<str>>,
    pub(super) priority: i32,
    /// It is delayed until a time of the wall clock, which may be set meanwhile.
    pub(super) by_wall: bool,
    /// When it was enqueued, where that is not since when it waits.
    pub(super) enqueued: Option<At>,
    /// Of its failed attempts, the oldest first.
    pub(super) errors: Vec<Failure>,
}

/// Number of errors of one job that are kept: the first, and the last ones.
const MAX_ERRORS: usize = 20;

impl<J> WaitingJob<J> {
    /// A new one, which takes a permit.
    pub(super) fn new(id: JobId, job: J, extra: Option<Box<ExtraMeta>>, since: At) -> Self {
        WaitingJob { meta: JobMeta { id, since, used: 0, has_permit: true, holds_key: false, extra }, job }
    }
}

impl JobMeta {
    pub(crate) fn enqueued(&self) -> At {
        self.extra.as_ref().and_then(|extra| extra.enqueued).unwrap_or(self.since)
    }

    #[inline]
    pub(super) fn priority(&self) -> i32 {
        self.extra.as_ref().map_or(0, |extra| extra.priority)
    }

    pub(super) fn key(&self) -> Option<&Arc<str>> {
        self.extra.as_ref()?.key.as_ref()
    }

    pub(super) fn unique(&self) -> Option<&Arc<str>> {
        self.extra.as_ref()?.unique.as_ref()
    }

    /// It waits from here on; when it was enqueued is not forgotten.
    pub(super) fn waits_since(&mut self, since: At) {
        let enqueued = self.enqueued();
        self.extra.get_or_insert_default().enqueued = Some(enqueued);
        self.since = since;
    }

    pub(super) fn failed(&mut self, failure: Failure) {
        self.used += 1;
        let errors = &mut self.extra.get_or_insert_default().errors;
        if errors.len() == MAX_ERRORS {
            errors.remove(1);
        }
        errors.push(failure);
    }
}

/// A job that was claimed, and what becomes of it.
pub(crate) struct Completion<J> {
    pub(super) meta: JobMeta,
    pub(super) disposition: Disposition<J>,
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
    /// It was not begun, and goes back to where it was claimed.
    Released {
        job: J,
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
