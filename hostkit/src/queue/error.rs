//! Why a job was not accepted; the job comes back with it.

use std::error::Error;
use std::fmt;

use crate::outcome::result::BoxError;
use crate::outcome::stopped_mark::BY_STOP;

/// Why a job was not accepted. It gives the job back.
///
/// It converts into [`BoxError`] whatever the job is, so `?` does in a service:
///
/// ```
/// use hostkit::prelude::*;
/// use hostkit::Queue;
///
/// struct Mail; // neither `Debug` nor `Sync` is asked for
///
/// async fn welcome(mails: &Queue<Mail>) -> hostkit::Result {
///     mails.enqueue(Mail).await?;
///     Ok(())
/// }
/// ```
///
/// A handler that passes [`Closed`](EnqueueError::Closed) on while the host stops has not failed: its job was interrupted, and is
/// left over with its attempts. The same holds for services, timed runs and tasks.
///
/// It is no `Error` itself, for errors are `Sync`, and jobs need not be. In a function that returns `anyhow::Result` write
/// `.await.map_err(BoxError::from).map_err(anyhow::Error::from_boxed)?`.
pub enum EnqueueError<T> {
    /// As many jobs wait as may; only `try_enqueue` says so, everybody else waits.
    Full(T),
    /// The host has stopped, or the queue's service has.
    Closed(T),
}

impl<T> EnqueueError<T> {
    /// The job.
    pub fn into_job(self) -> T {
        match self {
            EnqueueError::Full(job) | EnqueueError::Closed(job) => job,
        }
    }

    /// Whether there was no room.
    pub fn is_full(&self) -> bool {
        matches!(self, EnqueueError::Full(_))
    }

    /// Whether the queue accepts nothing any more.
    pub fn is_closed(&self) -> bool {
        matches!(self, EnqueueError::Closed(_))
    }

    fn said(&self) -> Unaccepted {
        Unaccepted { full: self.is_full(), of: std::any::type_name::<T>() }
    }
}

/// Without a bound on `T`: `unwrap` works for every job.
impl<T> fmt::Debug for EnqueueError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_full() { "Full(..)" } else { "Closed(..)" })
    }
}

impl<T> fmt::Display for EnqueueError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
    }
}

impl<T: Send + 'static> From<EnqueueError<T>> for BoxError {
    fn from(error: EnqueueError<T>) -> Self {
        Box::new(error.said())
    }
}

/// What is left of it when the job is let go.
#[derive(Debug)]
struct Unaccepted {
    full: bool,
    of: &'static str,
}

impl fmt::Display for Unaccepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = if self.full { "is full" } else { "is closed: its host has stopped, or is about to" };
        write!(f, "the queue of `{}` {why}", self.of)
    }
}

impl Error for Unaccepted {
    /// Of a queue that is closed, a mark that survives any wrapping: it is no failure while the host stops.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        (!self.full).then_some(&BY_STOP)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn it_converts_for_jobs_that_are_only_send() {
        let error: BoxError = EnqueueError::Closed(Cell::new(1)).into();
        assert_eq!(
            error.to_string(),
            "the queue of `core::cell::Cell<i32>` is closed: its host has stopped, or is about to"
        );
        assert_eq!(EnqueueError::Full(Cell::new(1)).into_job().get(), 1);
    }
}
