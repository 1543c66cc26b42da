//! Where plain jobs come in: a lock of its own, held for a push. Workers take all that is there when the line runs dry, so
//! producers and workers rarely meet.
//!
//! Locked after the line where both are.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::entry::WaitingJob;
use super::id::JobId;
use crate::sync::lock::lock_unpoisoned;
use crate::time::at::At;

pub(super) struct Inbox<J> {
    pub(super) jobs: VecDeque<WaitingJob<J>>,
    last: u64,
    /// The time, where somebody has read the clock who will be back in microseconds: good enough for who enqueues meanwhile, whom
    /// the clock would take as long as the enqueue.
    pub(super) time: Option<At>,
    /// How many jobs may be accepted; and how many producers wait until they may be. See `permits.rs`.
    pub(super) places: usize,
    pub(super) in_turn: usize,
    /// Nothing is accepted any more.
    pub(super) closed: bool,
    /// A worker is idle and was not called: the next job calls it.
    pub(super) waits: bool,
}

impl<J> Inbox<J> {
    pub(super) fn new(places: usize) -> Mutex<Self> {
        Mutex::new(Inbox {
            jobs: VecDeque::new(),
            last: 0,
            time: None,
            places,
            in_turn: 0,
            closed: false,
            waits: false,
        })
    }

    pub(super) fn next_id(&mut self) -> JobId {
        self.last += 1;
        JobId(self.last)
    }

    /// A plain job comes in, and holds a place. Says whether it calls a worker.
    pub(super) fn push(&mut self, job: J) -> (JobId, bool) {
        let call = std::mem::take(&mut self.waits);
        if call {
            self.time = Some(At::now()); // the worker is about to come
        }
        let since = self.time.unwrap_or_else(At::now);
        let id = self.next_id();
        self.jobs.push_back(WaitingJob::new(id, job, None, since));
        (id, call)
    }
}

pub(super) fn waiting<J>(inbox: &Mutex<Inbox<J>>) -> usize {
    lock_unpoisoned(inbox).jobs.len()
}
