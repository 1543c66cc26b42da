//! What workers take jobs from, whatever keeps them: jobs are pushed, claimed in batches, and reported of in batches.

use std::collections::VecDeque;
use std::future::Future;
use std::time::Duration;

use super::batch::{BatchReport, Want};
use super::error::EnqueueError;
use super::handle::Enqueued;
use super::job_meta::WaitingJob;
use crate::time::clock::Instant;

/// A job that is to be enqueued.
pub(crate) struct NewJob<J> {
    pub(crate) job: J,
    pub(crate) delay: Duration,
    /// The delay ends at a time of the wall clock.
    pub(crate) by_wall: bool,
    pub(crate) unique: Option<String>,
    pub(crate) priority: i32,
}

impl<J> NewJob<J> {
    pub(crate) fn new(job: J) -> Self {
        NewJob { job, delay: Duration::ZERO, by_wall: false, unique: None, priority: 0 }
    }
}

/// Generic in what it keeps: the memory's keeps the jobs themselves, a durable one their bytes.
pub(crate) trait JobSource<J>: Send + Sync + 'static {
    /// Accepts a job, as soon as there is room; or, unless it may wait, only if there is.
    ///
    /// Dropped before its end, nothing was accepted.
    fn push(
        &self,
        job: NewJob<J>,
        wait: bool,
    ) -> impl Future<Output = Result<Enqueued, EnqueueError<J>>> + Send;

    /// Takes the report over, then claims jobs for this worker: waits until there are some. Returns when they were claimed; `None`:
    /// the worker ends.
    ///
    /// It may return without jobs, so that the worker drops those that were forgotten.
    fn claim(
        &self,
        worker: usize,
        want: Want,
        report: &mut BatchReport<J>,
        into: &mut VecDeque<WaitingJob<J>>,
    ) -> impl Future<Output = Option<Instant>> + Send;

    /// Takes the report over.
    fn complete(&self, report: &mut BatchReport<J>);
}
