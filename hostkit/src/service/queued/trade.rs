//! What all workers of a queue share: the function, and what its options say about attempts.

use std::sync::Arc;
use std::time::Duration;

use super::work::Workshop;
use crate::backoff::Backoff;
use crate::queue::Copying;

pub(super) struct Trade<T> {
    pub(super) shop: Arc<dyn Workshop<T>>,
    pub(super) copying: Copying<T>,
    pub(super) retries: u32,
    pub(super) backoff: Backoff,
    pub(super) timeout: Option<Duration>,
}

impl<T> Trade<T> {
    /// How many attempts a job has.
    pub(super) fn attempts(&self) -> u32 {
        match self.copying {
            Copying::Never => 1, // the first one takes the job, and leaves none for a second
            _ => self.retries.saturating_add(1),
        }
    }
}
