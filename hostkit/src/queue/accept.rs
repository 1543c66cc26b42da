//! Jobs with their places in, and into the line or the inbox; or, closed, back.

use std::sync::Arc;
use std::time::Duration;

use super::entry::{Rest, Waiting};
use super::error::EnqueueError;
use super::id::JobId;
use super::memory::Memory;
use crate::at::At;
use crate::clock::{self, Instant};
use crate::locked::locked;

/// How many jobs go in at a time, of many.
const CHUNK: usize = 64;

impl<J: Send + 'static> Memory<J> {
    /// What is to be kept of a job beside itself.
    pub(super) fn rest(&self, job: &J, unique: Option<Arc<str>>, priority: i32) -> Option<Box<Rest>> {
        let key = self.key.as_ref().map(|key| Arc::from(key(job)));
        let plain = key.is_none() && unique.is_none() && priority == 0;
        (!plain).then(|| Box::new(Rest { key, unique, priority, ..Rest::default() }))
    }

    /// Accepts all of them, in order, waiting for room where there is none.
    pub(super) async fn push_all(&self, jobs: Vec<J>) -> Result<Vec<JobId>, EnqueueError<Vec<J>>> {
        let mut ids = Vec::with_capacity(jobs.len());
        let mut jobs = jobs.into_iter();
        while jobs.len() > 0 {
            let most = jobs.len().min(CHUNK).min(self.capacity());
            let Some(places) = self.places(most).await else {
                return Err(EnqueueError::Closed(jobs.collect()));
            };
            let chunk: Vec<_> =
                jobs.by_ref().take(places.count).map(|job| (self.rest(&job, None, 0), job)).collect();
            match self.accept(chunk, None) {
                Ok(accepted) => ids.extend(accepted.into_iter().map(|one| one.unwrap_or_else(|first| first))),
                Err(back) => return Err(EnqueueError::Closed(back.into_iter().chain(jobs).collect())),
            }
            places.used();
        }
        Ok(ids)
    }

    /// Takes jobs in, each with what is kept of it; or, closed, gives them back. A duplicate yields the first of its kind.
    #[allow(clippy::type_complexity, reason = "three answers, each told above")]
    fn accept(
        &self,
        jobs: Vec<(Option<Box<Rest>>, J)>,
        due: Option<Instant>,
    ) -> Result<Vec<Result<JobId, JobId>>, Vec<J>> {
        let now = clock::now();
        let since = At::of(now);
        let mut line = locked(&self.line);
        let mut inbox = locked(&self.inbox);
        if inbox.closed {
            drop((inbox, line));
            return Err(jobs.into_iter().map(|(_, job)| job).collect());
        }
        line.absorb(&mut inbox); // they came before
        let mut waiting = Vec::with_capacity(jobs.len());
        waiting.extend(jobs.into_iter().map(|(rest, job)| Waiting::new(inbox.next_id(), job, rest, since)));
        drop(inbox);
        let mut duplicates = Vec::new();
        let mut accept = |waiting| {
            line.accept(waiting, due).map_err(|(first, duplicate)| {
                duplicates.push(duplicate);
                first
            })
        };
        let accepted = waiting.into_iter().map(&mut accept).collect();
        let call = line.calls_now(&self.inbox, now);
        drop(line);
        self.call(call);
        Ok(accepted) // duplicates are let go here, where no lock is held
    }

    pub(super) fn accept_one(
        &self,
        job: J,
        rest: Option<Box<Rest>>,
        delay: Duration,
    ) -> Result<Result<JobId, JobId>, EnqueueError<J>> {
        let due = (!delay.is_zero()).then(|| clock::after(delay));
        match self.accept(vec![(rest, job)], due) {
            Ok(mut accepted) => Ok(accepted.remove(0)),
            Err(mut back) => Err(EnqueueError::Closed(back.remove(0))),
        }
    }

    /// The same for one plain job.
    pub(super) fn accept_plain(&self, job: J) -> Result<JobId, J> {
        let mut inbox = locked(&self.inbox);
        if inbox.closed {
            drop(inbox);
            return Err(job);
        }
        let (id, call) = inbox.push(job);
        drop(inbox);
        self.call(call);
        Ok(id)
    }
}
