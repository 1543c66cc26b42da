//! Where plain jobs come in: a lock of its own, held for a push. Workers take all that is there when the line runs dry, so
//! producers and workers rarely meet.
//!
//! Locked after the line where both are.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::entry::Waiting;
use super::id::JobId;
use crate::locked::locked;

pub(super) struct Inbox<J> {
    pub(super) jobs: VecDeque<Waiting<J>>,
    last: u64,
    /// Nothing is accepted any more.
    pub(super) closed: bool,
    /// A worker is idle and was not called: the next job calls it.
    pub(super) waits: bool,
}

impl<J> Inbox<J> {
    pub(super) fn new() -> Mutex<Self> {
        Mutex::new(Inbox { jobs: VecDeque::new(), last: 0, closed: false, waits: false })
    }

    pub(super) fn next_id(&mut self) -> JobId {
        self.last += 1;
        JobId(self.last)
    }
}

pub(super) fn waiting<J>(inbox: &Mutex<Inbox<J>>) -> usize {
    locked(inbox).jobs.len()
}
