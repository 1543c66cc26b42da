//! What all workers of a queue share: the function, and what its options say about attempts.

use std::any::type_name;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::work::HandlerFactory;
use crate::outcome::failure::Failure;
use crate::queue::Copying;
use crate::time::backoff::Backoff;

pub(super) struct HandlerConfig<T> {
    pub(super) factory: Arc<dyn HandlerFactory<T>>,
    pub(super) copying: Copying<T>,
    pub(super) retries: u32,
    pub(super) backoff: Backoff,
    pub(super) timeout: Option<Duration>,
    /// A warning says that its jobs can't be copied.
    pub(super) warned: AtomicBool,
}

impl<T> HandlerConfig<T> {
    /// Number of attempts that a job has.
    pub(super) fn attempts(&self) -> u32 {
        match self.copying {
            Copying::Never => 1, // the first one takes the job, and leaves none for a second
            _ => self.retries.saturating_add(1),
        }
    }

    /// Warns once that a job can't be copied for its next attempt, and why.
    #[cold]
    pub(super) fn warn_of_copies(&self, failure: &Failure) {
        if self.attempts() > 1 && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "hostkit",
                error = %failure,
                "a job of type `{}` can't be copied for its next attempt, so it has this one alone: derive `Clone` for it (and say \
                 `cloned()` on a builder), or make it read what it writes",
                type_name::<T>()
            );
        }
    }
}
