//! Jobs with their places in, and into the line or the inbox; or, closed, back.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::coop::consume_budget;

use super::entry::{Rest, WaitingJob};
use super::error::EnqueueError;
use super::id::JobId;
use super::memory_source::MemorySource;
use crate::sync::lock::lock_unpoisoned;
use crate::time::at::At;
use crate::time::clock;

/// How many jobs of many are made before they go in; and what they may take until others have their turn on this thread.
const CHUNK: usize = 64;
const LONG: Duration = Duration::from_millis(1);
/// So many are made to be given back, of an iterator that does not say how many it has: it may have no end.
const UNTOLD: usize = 65_536;

impl<J: Send + 'static> MemorySource<J> {
    /// What is to be kept of a job beside itself.
    pub(super) fn rest(&self, job: &J, unique: Option<Arc<str>>, priority: i32) -> Option<Box<Rest>> {
        let key = self.key.as_ref().map(|key| Arc::from(key(job)));
        let plain = key.is_none() && unique.is_none() && priority == 0;
        (!plain).then(|| Box::new(Rest { key, unique, priority, ..Rest::default() }))
    }

    /// Accepts all of them, in order, each as soon as there is room for it; they are made a chunk at a time, before there is.
    ///
    /// Of an iterator that is slow, or has many, no executor thread is held. Closed, what is left is given back.
    pub(super) async fn push_all(
        &self,
        mut jobs: impl Iterator<Item = J>,
    ) -> Result<Vec<JobId>, EnqueueError<Vec<J>>> {
        let mut ids = Vec::new();
        loop {
            let chunk = chunk(&mut jobs).await;
            if chunk.is_empty() {
                return Ok(ids);
            }
            if let Err(mut left) = self.push_chunk(chunk, &mut ids).await {
                collect(&mut left, jobs).await;
                return Err(self.closed(left));
            }
        }
    }

    async fn push_chunk(&self, chunk: Vec<J>, ids: &mut Vec<JobId>) -> Result<(), Vec<J>> {
        let mut jobs = chunk.into_iter();
        while jobs.len() > 0 {
            let Some(places) = self.places(jobs.len()).await else { return Err(jobs.collect()) };
            let some: Vec<_> =
                jobs.by_ref().take(places.count).map(|job| (self.rest(&job, None, 0), job)).collect();
            match self.accept(some, Duration::ZERO) {
                Ok(accepted) => ids.extend(accepted.into_iter().map(|one| one.unwrap_or_else(|first| first))),
                Err(back) => return Err(back.into_iter().chain(jobs).collect()),
            }
            places.used();
        }
        Ok(())
    }

    /// Takes jobs in, each with what is kept of it; or, closed, gives them back. A duplicate yields the first of its kind.
    #[allow(clippy::type_complexity, reason = "three answers, each told above")]
    fn accept(
        &self,
        jobs: Vec<(Option<Box<Rest>>, J)>,
        delay: Duration,
    ) -> Result<Vec<Result<JobId, JobId>>, Vec<J>> {
        let now = clock::now();
        let (since, due) = (At::of(now), (!delay.is_zero()).then(|| clock::later(now, delay)));
        let mut line = lock_unpoisoned(&self.line);
        let mut inbox = lock_unpoisoned(&self.inbox);
        if inbox.closed {
            drop((inbox, line));
            return Err(jobs.into_iter().map(|(_, job)| job).collect());
        }
        line.absorb(&mut inbox); // they came before
        let mut waiting = Vec::with_capacity(jobs.len());
        waiting
            .extend(jobs.into_iter().map(|(rest, job)| WaitingJob::new(inbox.next_id(), job, rest, since)));
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
        match self.accept(vec![(rest, job)], delay) {
            Ok(mut accepted) => Ok(accepted.remove(0)),
            Err(mut back) => Err(self.closed(back.remove(0))),
        }
    }

    /// The same for one plain job.
    pub(super) fn accept_plain(&self, job: J) -> Result<JobId, J> {
        let mut inbox = lock_unpoisoned(&self.inbox);
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

/// The next few jobs of an iterator, which is user code: it holds no place and no lock, and the thread not for long.
async fn chunk<J>(jobs: &mut impl Iterator<Item = J>) -> Vec<J> {
    consume_budget().await;
    let (mut chunk, begun) = (Vec::new(), clock::real_now());
    while chunk.len() < CHUNK {
        let Some(job) = jobs.next() else { break };
        chunk.push(job);
        // Looked at rarely: most jobs are made faster than the clock is read.
        if chunk.len().is_power_of_two() && clock::real_now() - begun > LONG {
            tokio::task::yield_now().await;
            break;
        }
    }
    chunk
}

/// The rest, for whoever wants it back.
async fn collect<J>(into: &mut Vec<J>, jobs: impl Iterator<Item = J>) {
    let told = jobs.size_hint().1.filter(|most| u32::try_from(*most).is_ok());
    let mut jobs = jobs.take(told.unwrap_or(UNTOLD));
    loop {
        let mut some = chunk(&mut jobs).await;
        if some.is_empty() {
            return;
        }
        into.append(&mut some);
    }
}
