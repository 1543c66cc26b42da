//! What a store of jobs does. Generic in what it keeps: the memory's keeps the jobs themselves, a durable one their bytes.

use std::future::Future;
use std::time::Duration;

use super::claim::Desk;
use super::error::EnqueueError;
use super::handle::Enqueued;

/// A job that is to be accepted.
pub(crate) struct New<J> {
    pub(crate) job: J,
    pub(crate) delay: Duration,
    /// The delay ends at a time of the wall clock.
    pub(crate) by_wall: bool,
    pub(crate) unique: Option<String>,
    pub(crate) priority: i32,
}

impl<J> New<J> {
    pub(crate) fn of(job: J) -> Self {
        New { job, delay: Duration::ZERO, by_wall: false, unique: None, priority: 0 }
    }
}

/// Jobs go in one by one or many at a time; they are claimed and settled by batches, at a worker's desk.
pub(crate) trait Store<J>: Send + Sync + 'static {
    /// Accepts a job, as soon as there is room; or, unless it may wait, only if there is.
    ///
    /// Dropped before its end, nothing was accepted.
    fn push(&self, new: New<J>, wait: bool)
    -> impl Future<Output = Result<Enqueued, EnqueueError<J>>> + Send;

    /// Books what the desk has settled, and fills its batch: waits until there is something to do. `false`: go home.
    fn claim(&self, desk: &mut Desk<J>) -> impl Future<Output = bool> + Send;

    /// Books what the desk has settled; what it has not begun goes back to the front of the line.
    fn settle(&self, desk: &mut Desk<J>);

    /// The worker is gone, wherever it was: what it had begun is interrupted, what it had not goes back.
    fn leave(&self, desk: &mut Desk<J>);
}
