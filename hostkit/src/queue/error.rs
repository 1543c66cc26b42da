//! Why a job was not accepted; the job comes back with it.

use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::outcome::stopped_mark::{HostId, StoppedMark};

/// Why a job was not enqueued. It gives the job back.
///
/// It is an [`Error`] that is `Send` and `Sync` whatever the job is, so `?` passes it on in a service, as in any function that
/// returns an `anyhow::Result`:
///
/// ```
/// use hostkit::prelude::*;
/// use hostkit::queue::Queue;
///
/// struct Mail; // neither `Debug` nor `Sync` is asked for
///
/// async fn welcome(mails: &Queue<Mail>) -> hostkit::Result {
///     mails.enqueue(Mail).await?;
///     Ok(())
/// }
/// ```
///
/// A handler that passes [`Closed`](EnqueueErrorKind::Closed) on while its host stops has not failed: its job was interrupted,
/// and is left over with its attempts. The same holds for services, timed runs and tasks. The closed queue of another host is an
/// error like any other.
pub struct EnqueueError<T>(Box<RejectedJob<T>>); // boxed: what `enqueue` returns is small, however large the job is

/// Why a job was not enqueued: what [`EnqueueError::kind`] gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnqueueErrorKind {
    /// As many jobs wait as may. Only `try_enqueue` says so; everything else waits for room.
    Full,
    /// The host has stopped, or the queue's service has.
    Closed,
    /// The store of the queue's jobs can't be reached. A queue in memory always can.
    Unavailable {
        /// The answer of the store was lost: the job may have been enqueued all the same.
        maybe_enqueued: bool,
    },
}

struct RejectedJob<T> {
    /// Nothing is ever done under this lock. It makes the error `Sync` where the job is not.
    job: Mutex<T>,
    kind: EnqueueErrorKind,
    /// Of a queue that a host has closed.
    stopped: Option<StoppedMark>,
}

impl<T> EnqueueError<T> {
    fn new(job: T, kind: EnqueueErrorKind, stopped: Option<StoppedMark>) -> Self {
        EnqueueError(Box::new(RejectedJob { job: Mutex::new(job), kind, stopped }))
    }

    pub(super) fn full(job: T) -> Self {
        EnqueueError::new(job, EnqueueErrorKind::Full, None)
    }

    /// This host has closed the queue.
    pub(super) fn closed(job: T, host: Option<HostId>) -> Self {
        EnqueueError::new(job, EnqueueErrorKind::Closed, host.map(|host| StoppedMark { host: Some(host) }))
    }

    /// What kept the job out.
    pub fn kind(&self) -> EnqueueErrorKind {
        self.0.kind
    }

    /// The job.
    pub fn into_job(self) -> T {
        self.0.job.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there was no room.
    pub fn is_full(&self) -> bool {
        self.kind() == EnqueueErrorKind::Full
    }

    /// Whether the queue accepts nothing any more.
    pub fn is_closed(&self) -> bool {
        self.kind() == EnqueueErrorKind::Closed
    }
}

/// Without a bound on `T`: `unwrap` works for every job.
impl<T> fmt::Debug for EnqueueError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnqueueError").field("kind", &self.kind()).finish_non_exhaustive()
    }
}

impl<T> fmt::Display for EnqueueError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.kind() {
            EnqueueErrorKind::Full => "is full",
            EnqueueErrorKind::Closed => "is closed: its host has stopped, or is about to",
            EnqueueErrorKind::Unavailable { maybe_enqueued: false } => {
                "can't be reached: the job was not enqueued"
            }
            EnqueueErrorKind::Unavailable { maybe_enqueued: true } => {
                "does not answer: the job may have been enqueued, or not"
            }
        };
        write!(f, "the queue of `{}` {why}", std::any::type_name::<T>())
    }
}

impl<T> Error for EnqueueError<T> {
    /// Of a queue that is closed, a mark that survives any wrapping: it is no failure while that host stops.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.stopped.as_ref().map(|mark| mark as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::result::BoxError;
    use std::cell::Cell;

    #[test]
    fn it_is_an_error_for_jobs_that_are_only_send() {
        let error: BoxError = EnqueueError::closed(Cell::new(1), None).into();
        assert_eq!(
            error.to_string(),
            "the queue of `core::cell::Cell<i32>` is closed: its host has stopped, or is about to"
        );
        let error = EnqueueError::full(Cell::new(1));
        assert_eq!(format!("{error:?}"), "EnqueueError { kind: Full, .. }");
        assert_eq!(error.into_job().get(), 1);
    }

    #[test]
    fn a_poisoned_lock_still_gives_the_job() {
        let error = EnqueueError::full(Cell::new(1));
        std::thread::scope(|scope| {
            let poisons = scope.spawn(|| {
                let _job = error.0.job.lock().unwrap();
                panic!("poisons it");
            });
            assert!(poisons.join().is_err());
        });
        assert_eq!(error.into_job().get(), 1);
    }

    #[test]
    fn what_is_unavailable_says_whether_the_job_may_be_in() {
        let unavailable = |maybe_enqueued| {
            EnqueueError::new(1, EnqueueErrorKind::Unavailable { maybe_enqueued }, None).to_string()
        };
        assert_eq!(unavailable(false), "the queue of `i32` can't be reached: the job was not enqueued");
        assert!(unavailable(true).contains("may have been enqueued"));
    }
}
