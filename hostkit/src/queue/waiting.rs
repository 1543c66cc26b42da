//! The jobs that may run now, by priority: higher first, and in order within one.

use std::collections::{BTreeMap, VecDeque};

use super::job_meta::WaitingJob;
use crate::time::at::At;

/// Number of jobs above which an empty deque gives its memory back.
const MAX_SPARE: usize = 4096;

pub(super) struct WaitingJobs<J> {
    /// Of priority 0: nearly always all of them.
    usual: VecDeque<WaitingJob<J>>,
    others: BTreeMap<i32, VecDeque<WaitingJob<J>>>,
    len: usize,
}

impl<J> WaitingJobs<J> {
    pub(super) fn new() -> Self {
        WaitingJobs { usual: VecDeque::new(), others: BTreeMap::new(), len: 0 }
    }

    pub(super) fn into_jobs(self) -> impl Iterator<Item = J> {
        self.usual.into_iter().chain(self.others.into_values().flatten()).map(|waiting| waiting.job)
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn jobs_of(&mut self, priority: i32) -> &mut VecDeque<WaitingJob<J>> {
        self.len += 1;
        if priority == 0 { &mut self.usual } else { self.others.entry(priority).or_default() }
    }

    #[inline]
    pub(super) fn push(&mut self, waiting: WaitingJob<J>) {
        self.jobs_of(waiting.meta.priority()).push_back(waiting);
    }

    /// Back to where it was taken from.
    pub(super) fn put_back(&mut self, waiting: WaitingJob<J>) {
        self.jobs_of(waiting.meta.priority()).push_front(waiting);
    }

    /// The next jobs, in the order in which they are to run.
    pub(super) fn take(&mut self, count: usize, into: &mut VecDeque<WaitingJob<J>>) {
        if !self.others.is_empty() {
            into.extend((0..count).map_while(|_| self.pop()));
            return;
        }
        let count = count.min(self.usual.len());
        into.extend(self.usual.drain(..count));
        self.len -= count;
        if self.usual.capacity() > MAX_SPARE && self.usual.is_empty() {
            self.usual = VecDeque::new();
        }
    }

    fn pop(&mut self) -> Option<WaitingJob<J>> {
        let highest = self.others.last_key_value().map(|(priority, _)| *priority);
        let popped = match highest.filter(|priority| *priority > 0 || self.usual.is_empty()) {
            Some(priority) => self.pop_other(priority),
            None => self.usual.pop_front(),
        }?;
        self.len -= 1;
        Some(popped)
    }

    fn pop_other(&mut self, priority: i32) -> Option<WaitingJob<J>> {
        let jobs = self.others.get_mut(&priority)?;
        let popped = jobs.pop_front();
        if jobs.is_empty() {
            self.others.remove(&priority);
        }
        popped
    }

    #[cfg(feature = "testing")]
    pub(super) fn iter(&self) -> impl Iterator<Item = &WaitingJob<J>> {
        self.others.values().chain([&self.usual]).flatten()
    }

    /// Since when the job waits that waits longest.
    pub(super) fn oldest(&self) -> Option<At> {
        let fronts = self.others.values().chain([&self.usual]).filter_map(VecDeque::front);
        fronts.map(|waiting| waiting.meta.since).min()
    }
}
