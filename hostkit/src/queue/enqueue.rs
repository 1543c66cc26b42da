//! A plain job on its way in: most come in at once, and cost no more than a lock.
//!
//! No `async` block, for each that it goes through would move the job.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::task::coop;

use super::error::EnqueueError;
use super::handle::Enqueued;
use super::id::JobId;
use super::job_source::{JobSource, NewJob};
use super::memory_source::MemorySource;
use crate::sync::BoxFuture;
use crate::sync::lock::lock_unpoisoned;

/// [`push`](JobSource::push) for a job without options.
pub(super) struct Enqueue<'a, J: Send + 'static> {
    store: &'a MemorySource<J>,
    /// Until it is in, or waits.
    job: Option<J>,
    waits: Option<BoxFuture<'a, Result<JobId, EnqueueError<J>>>>,
}

/// The job lies wherever it was made, and is moved once.
impl<J: Send + 'static> Unpin for Enqueue<'_, J> {}

impl<J: Send + 'static> Future for Enqueue<'_, J> {
    type Output = Result<JobId, EnqueueError<J>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Enqueue { store, job, waits } = self.get_mut();
        if waits.is_none() {
            ready!(coop::poll_proceed(cx)).made_progress(); // who enqueues in a loop keeps nobody else from running
            if let Some(id) = store.push_now(job) {
                return Poll::Ready(Ok(id));
            }
            *waits = job.take().map(|job| -> BoxFuture<'_, _> { Box::pin(store.push_later(job)) });
        }
        waits.as_mut().map_or(Poll::Pending, |waits| waits.as_mut().poll(cx))
    }
}

impl<J: Send + 'static> MemorySource<J> {
    pub(super) fn enqueue(&self, job: J) -> Enqueue<'_, J> {
        Enqueue { store: self, job: Some(job), waits: None }
    }

    /// The short way: a plain job, an open queue, and room. Else the job stays where it is.
    fn push_now(&self, job: &mut Option<J>) -> Option<JobId> {
        if self.key.is_some() {
            return None;
        }
        let mut inbox = lock_unpoisoned(&self.inbox);
        if inbox.closed || job.is_none() || inbox.take(1, &self.room) == 0 {
            return None;
        }
        let (id, call) = inbox.push(job.take()?);
        drop(inbox);
        self.call(call);
        Some(id)
    }

    /// The long way: waits for room.
    async fn push_later(&self, job: J) -> Result<JobId, EnqueueError<J>> {
        self.push(NewJob::of(job), true).await.map(Enqueued::id)
    }
}
