//! One job of a key at a time: the first holds the key, the others wait behind it, in order.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::job_meta::WaitingJob;

pub(super) struct JobsByKey<J> {
    /// Every key that is held, and the jobs that wait for it.
    held: HashMap<Arc<str>, VecDeque<WaitingJob<J>>>,
    len: usize,
}

impl<J> JobsByKey<J> {
    pub(super) fn new() -> Self {
        JobsByKey { held: HashMap::new(), len: 0 }
    }

    pub(super) fn into_jobs(self) -> impl Iterator<Item = J> {
        self.held.into_values().flatten().map(|waiting| waiting.job)
    }

    /// Number of jobs that wait behind another.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The job back, if it may run: it has no key, or holds it from here on.
    pub(super) fn arrive(&mut self, mut waiting: WaitingJob<J>) -> Option<WaitingJob<J>> {
        let Some(key) = waiting.meta.key().filter(|_| !waiting.meta.holds_key).cloned() else {
            return Some(waiting);
        };
        match self.held.get_mut(&key) {
            Some(behind) => {
                behind.push_back(waiting);
                self.len += 1;
                None
            }
            None => {
                self.held.insert(key, VecDeque::new());
                waiting.meta.holds_key = true;
                Some(waiting)
            }
        }
    }

    /// Its holder is done with it. The next job holds it now, and may run.
    pub(super) fn release(&mut self, key: &Arc<str>) -> Option<WaitingJob<J>> {
        let behind = self.held.get_mut(key)?;
        let Some(mut next) = behind.pop_front() else {
            self.held.remove(key);
            return None;
        };
        self.len -= 1;
        next.meta.holds_key = true;
        Some(next)
    }

    #[cfg(feature = "testing")]
    pub(super) fn iter(&self) -> impl Iterator<Item = &WaitingJob<J>> {
        self.held.values().flatten()
    }

    /// The first of each key; one of them waits longest.
    pub(super) fn fronts(&self) -> impl Iterator<Item = &WaitingJob<J>> {
        self.held.values().filter_map(VecDeque::front)
    }
}
