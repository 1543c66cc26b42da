//! What a store of jobs does. Generic in what it keeps: the memory's keeps the jobs themselves, a durable one their bytes.

use std::future::Future;
use std::time::Duration;

use super::batch::Batch;
use super::error::EnqueueError;
use super::handle::Enqueued;

/// A job that is to be accepted.
pub(crate) struct NewJob<J> {
    pub(crate) job: J,
    pub(crate) delay: Duration,
    /// The delay ends at a time of the wall clock.
    pub(crate) by_wall: bool,
    pub(crate) unique: Option<String>,
    pub(crate) priority: i32,
}

impl<J> NewJob<J> {
    pub(crate) fn of(job: J) -> Self {
        NewJob { job, delay: Duration::ZERO, by_wall: false, unique: None, priority: 0 }
    }
}

/// Jobs go in one by one or many at a time; they are claimed and settled by batches, at a worker's desk.
pub(crate) trait JobSource<J>: Send + Sync + 'static {
    /// Accepts a job, as soon as there is room; or, unless it may wait, only if there is.
    ///
    /// Dropped before its end, nothing was accepted.
    fn push(
        &self,
        new: NewJob<J>,
        wait: bool,
    ) -> impl Future<Output = Result<Enqueued, EnqueueError<J>>> + Send;

    /// Books what the desk has settled, and fills its batch: waits until there is something to do. `false`: go home.
    fn claim(&self, desk: &mut Batch<J>) -> impl Future<Output = bool> + Send;

    /// Books what the desk has settled; what it has not begun goes back to the front of the line.
    fn settle(&self, desk: &mut Batch<J>);

    /// The worker is gone, wherever it was: what it had begun is interrupted, what it had not goes back.
    fn leave(&self, desk: &mut Batch<J>);
}
