//! What a queue's store is told by the options of its handler: plain data.

use super::bucket::Rate;

pub(crate) struct QueueOptions<T> {
    pub(crate) workers: usize,
    pub(crate) capacity: usize,
    pub(crate) rate: Option<Rate>,
    pub(crate) key: Option<Key<T>>,
}

/// What jobs with an equal one run one at a time by.
pub(crate) type Key<T> = Box<dyn Fn(&T) -> String + Send + Sync>;

impl<T> Default for QueueOptions<T> {
    fn default() -> Self {
        QueueOptions { workers: 1, capacity: 1024, rate: None, key: None }
    }
}
