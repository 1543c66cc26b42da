//! Runs that wait for the run before them to end.

use std::collections::VecDeque;

use super::run::PendingRun;
use crate::schedule::{DueTimes, TakenDueTimes};
use crate::service::Triggered;
use crate::time::tick_info::Cause;

#[derive(Default)]
pub(super) struct Backlog(VecDeque<WaitingRuns>);

enum WaitingRuns {
    One(PendingRun),
    /// Due times to catch up with, and the cause of the last of them. However many they are, they take no room.
    Each(TakenDueTimes, Cause),
}

impl Backlog {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push(&mut self, run: PendingRun) {
        self.0.push_back(WaitingRuns::One(run));
    }

    /// Each of these due times is to run, one after the other.
    pub(super) fn push_each(&mut self, taken: TakenDueTimes, last: Cause) {
        self.0.push_back(WaitingRuns::Each(taken, last));
    }

    /// The run that comes next.
    pub(super) fn pop(&mut self, due_times: &DueTimes) -> Option<PendingRun> {
        match self.0.pop_front()? {
            WaitingRuns::One(run) => Some(run),
            WaitingRuns::Each(taken, last) => match due_times.without(taken, 1) {
                None => Some(PendingRun::scheduled(taken.first, 0, last)),
                Some(rest) => {
                    self.0.push_front(WaitingRuns::Each(rest, last));
                    Some(PendingRun::scheduled(taken.first, 0, Cause::CatchUp))
                }
            },
        }
    }

    /// Drops due times that are being caught up with; they are counted as missed already.
    pub(super) fn drop_missed(&mut self) {
        self.0.retain(|waiting| matches!(waiting, WaitingRuns::One(_)));
    }

    /// Drops the single runs of this kind, and answers those who asked for them. Returns how many were due times.
    pub(super) fn cancel(&mut self, which: impl Fn(&PendingRun) -> bool) -> u64 {
        let mut due_times = 0;
        for waiting in std::mem::take(&mut self.0) {
            match waiting {
                WaitingRuns::One(run) if which(&run) => match run.reply {
                    Some(reply) => reply.send(Triggered::Cancelled),
                    None => due_times += 1,
                },
                kept => self.0.push_back(kept),
            }
        }
        due_times
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
