//! Jobs that were begun, and what becomes of each: gone, back into the line, or buried.

use std::sync::Mutex;

use super::batch::Batch;
use super::dead_letters::DeadEntry;
use super::entry::{Completion, Disposition, JobMeta, WaitingJob};
use super::id::JobId;
use super::inbox::Inbox;
use super::queue_state::QueueState;
use crate::time::at::At;
use crate::time::clock::{self, Instant};

/// What is to be done once the lock is free.
pub(super) struct After<J> {
    /// Jobs to let go.
    pub(super) gone: Vec<DeadEntry<J>>,
    /// Nothing runs, and nothing could.
    pub(super) quiet: bool,
}

impl<J> QueueState<J> {
    /// Books what was settled.
    pub(super) fn settle(&mut self, desk: &mut Batch<J>, inbox: &Mutex<Inbox<J>>, now: Instant) -> After<J> {
        let mut gone = Vec::new();
        let some = desk.done > 0 || !desk.settled.is_empty();
        self.running -= desk.done + desk.settled.len();
        self.stats.done += std::mem::take(&mut desk.done) as u64;
        for Completion { mut head, how } in desk.settled.drain(..) {
            head.place = false; // free since it began
            match how {
                Disposition::Done => {
                    self.stats.done += 1;
                    self.release(&mut head);
                }
                Disposition::Retry { job, after, failure } => {
                    self.stats.failed += 1;
                    self.stats.retried += 1;
                    head.used += 1;
                    head.failed(failure);
                    self.later.push(clock::later(now, after), WaitingJob { head, job });
                }
                Disposition::Snooze { job, after } => {
                    self.stats.snoozed += 1;
                    self.later.push(clock::later(now, after), WaitingJob { head, job });
                }
                Disposition::Dead { job, failure } => {
                    self.stats.failed += 1;
                    self.stats.died += 1;
                    head.used += 1;
                    head.failed(failure);
                    self.release(&mut head);
                    let out = self.dead.bury(head, job, At::of(now));
                    self.stats.forgotten += u64::from(out.is_some());
                    gone.extend(out);
                }
                // It keeps its key: the jobs behind it are not to run before it.
                Disposition::Interrupted => self.stats.interrupted += 1,
            }
        }
        After { gone, quiet: some && self.is_awaited() && self.is_quiet(inbox, now) }
    }

    /// Nobody runs it any more: its key and its unique key are free.
    fn release(&mut self, head: &mut JobMeta) {
        let Some(rest) = head.rest.as_deref() else { return };
        if let Some(unique) = &rest.unique {
            self.unique.remove(unique);
        }
        if let (true, Some(key)) = (head.held, &rest.key)
            && let Some(next) = self.keys.release(key)
        {
            self.lanes.push(next);
        }
        head.held = false;
    }

    /// What the desk has not begun goes back to the front, in the order in which it stood there.
    pub(super) fn put_back(&mut self, desk: &mut Batch<J>) {
        if let Some(bucket) = &mut self.bucket {
            bucket.give_back(desk.batch.len());
        }
        self.running -= desk.batch.len();
        self.pace(desk);
        while let Some(waiting) = desk.batch.pop_back() {
            self.lanes.put_back(waiting);
        }
    }

    /// The worker is gone, wherever it was.
    pub(super) fn leave(&mut self, desk: &mut Batch<J>, inbox: &Mutex<Inbox<J>>, now: Instant) -> After<J> {
        self.come(desk);
        self.time(desk);
        let after = self.settle(desk, inbox, now);
        self.put_back(desk);
        if desk.running.take().is_some() {
            self.running -= 1;
            self.stats.interrupted += 1;
        }
        After { quiet: self.is_awaited() && self.is_quiet(inbox, now), ..after }
    }

    /// Dead jobs get another life, with all their attempts: this one, or all.
    pub(super) fn revive(&mut self, id: Option<JobId>, now: Instant) -> usize {
        let mut raised = 0;
        for mut waiting in self.dead.raise(id, |head| {
            let Some(unique) = head.unique() else { return true };
            let free = !self.unique.contains_key(unique);
            if free {
                self.unique.insert(unique.clone(), head.id);
            }
            free
        }) {
            raised += 1;
            waiting.head.used = 0;
            waiting.head.stands_since(At::of(now));
            self.arrive(waiting);
        }
        raised
    }
}
