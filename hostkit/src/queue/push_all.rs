//! Many jobs go in: made a few at a time, each as soon as there is room; or, of a queue that is closed, they come back.

use std::time::Duration;

use tokio::task::coop::consume_budget;

use super::error::EnqueueError;
use super::id::JobId;
use super::job_meta::ExtraMeta;
use super::memory_source::MemorySource;
use crate::time::clock;

/// Number of jobs that are made before there is room for them; and how long that may hold an executor thread.
const CHUNK: usize = 64;
const MAX_TIME: Duration = Duration::from_millis(1);
/// Number of jobs that are made to be given back, of an iterator that does not say how many it has: it may have no end.
const MAX_GIVEN_BACK: usize = 65_536;

type NewJobs<J> = std::vec::IntoIter<(Option<Box<ExtraMeta>>, J)>;

impl<J: Send + 'static> MemorySource<J> {
    /// Accepts all of them, in order. Of an iterator that is slow, or has many, no executor thread is held.
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
            // The key is user code, and has to be called before there is a permit.
            let with_extra = |job| (self.extra(&job, None, 0), job);
            let mut chunk = chunk.into_iter().map(with_extra).collect::<Vec<_>>().into_iter();
            while chunk.len() > 0 {
                if !self.push_some(&mut chunk, &mut ids).await {
                    let mut left = chunk.map(|(_, job)| job).collect();
                    collect(&mut left, jobs).await;
                    return Err(self.closed(left));
                }
            }
        }
    }

    /// Accepts as many of them as there is room for, once there is for one. It waits for no more: it would keep what becomes free
    /// from all that wait behind it, and from itself. Whether the queue is open.
    async fn push_some(&self, jobs: &mut NewJobs<J>, ids: &mut Vec<JobId>) -> bool {
        if self.take_permit(true).await.is_err() {
            return false;
        }
        let more = self.permits.available_permits().min(jobs.len() - 1);
        let more = self.permits.try_acquire_many(u32::try_from(more).unwrap_or(u32::MAX));
        let permits = 1 + more.map_or(0, |more| {
            let count = more.num_permits();
            more.forget();
            count
        });
        self.change(|state| {
            if !state.closed {
                let accept = |(extra, job)| {
                    state.accept(job, extra, Duration::ZERO).unwrap_or_else(|(first, _)| first)
                };
                ids.extend(jobs.take(permits).map(accept));
            }
            !state.closed
        })
    }
}

/// The next few jobs of an iterator, which is user code: it takes no permit and no lock, and the thread not for long.
async fn chunk<J>(jobs: &mut impl Iterator<Item = J>) -> Vec<J> {
    consume_budget().await;
    let (mut chunk, begun) = (Vec::new(), clock::real_now());
    while chunk.len() < CHUNK {
        let Some(job) = jobs.next() else { break };
        chunk.push(job);
        // Looked at rarely: most jobs are made faster than the clock is read.
        if chunk.len().is_power_of_two() && clock::real_now() - begun > MAX_TIME {
            tokio::task::yield_now().await;
            break;
        }
    }
    chunk
}

/// The rest, to be given back.
async fn collect<J>(into: &mut Vec<J>, jobs: impl Iterator<Item = J>) {
    let count = jobs.size_hint().1.filter(|most| u32::try_from(*most).is_ok());
    let mut jobs = jobs.take(count.unwrap_or(MAX_GIVEN_BACK));
    loop {
        let mut some = chunk(&mut jobs).await;
        if some.is_empty() {
            return;
        }
        into.append(&mut some);
    }
}
