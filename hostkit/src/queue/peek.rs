//! A queue under test: copies of what waits in it, and when something will be to do.

use super::handle::QueueCore;
use crate::outcome::failure::Failure;
use crate::sync::lock::lock_unpoisoned;

impl<T: Send + 'static> QueueCore<T> {
    /// Copies of all jobs that wait, in the order in which they were enqueued; nothing where no copies can be made.
    ///
    /// They are made under the queue's lock, which no other user code ever sees: a job's `Clone` or `Serialize` that uses its
    /// own queue would wait for ever.
    pub(crate) fn copies(&self) -> Option<Result<Vec<T>, Failure>> {
        let line = lock_unpoisoned(&self.store.line);
        let inbox = lock_unpoisoned(&self.store.inbox);
        let mut copies = Vec::new();
        for waiting in line.all().chain(&inbox.jobs) {
            match self.copying.copy(&waiting.job)? {
                Ok(copy) => copies.push((waiting.head.id, copy)),
                Err(failure) => return Some(Err(failure)),
            }
        }
        drop((inbox, line));
        copies.sort_by_key(|(id, _)| *id);
        Some(Ok(copies.into_iter().map(|(_, copy)| copy).collect()))
    }
}
