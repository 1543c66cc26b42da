//! The jobs whose time is yet to come: delayed ones, retries and snoozes. Equal times come out in the order in which they went in.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::job_meta::WaitingJob;
use crate::time::clock::{self, Instant};
use crate::time::clock_step::ClockStep;

pub(super) struct DelayedJobs<J> {
    heap: BinaryHeap<DelayedJob<J>>,
    next: u32,
}

struct DelayedJob<J> {
    at: Instant,
    number: u32,
    waiting: WaitingJob<J>,
}

impl<J> DelayedJobs<J> {
    pub(super) fn new() -> Self {
        DelayedJobs { heap: BinaryHeap::new(), next: 0 }
    }

    pub(super) fn into_jobs(self) -> impl Iterator<Item = J> {
        self.heap.into_iter().map(|due| due.waiting.job)
    }

    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    pub(super) fn push(&mut self, at: Instant, waiting: WaitingJob<J>) {
        if self.heap.is_empty() {
            self.next = 0;
        }
        self.heap.push(DelayedJob { at, number: self.next, waiting });
        self.next = self.next.wrapping_add(1);
    }

    #[cfg(feature = "testing")]
    pub(super) fn iter(&self) -> impl Iterator<Item = &WaitingJob<J>> {
        self.heap.iter().map(|due| &due.waiting)
    }

    /// When the first of them is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|due| due.at)
    }

    /// The first of them, if it is due by now, and when it was.
    pub(super) fn pop(&mut self, now: Instant) -> Option<(Instant, WaitingJob<J>)> {
        if self.next()? > now {
            return None;
        }
        let DelayedJob { at, mut waiting, .. } = self.heap.pop()?;
        if let Some(extra) = &mut waiting.meta.extra {
            extra.by_wall = false; // what it waits for from here on is no time of the wall clock
        }
        Some((at, waiting))
    }

    /// The wall clock was set: those that wait for a time of it are due sooner or later than they were.
    pub(super) fn wall_stepped(&mut self, step: ClockStep) {
        let mut all = std::mem::take(&mut self.heap).into_vec();
        for due in &mut all {
            if due.waiting.meta.extra.as_ref().is_some_and(|extra| extra.by_wall) {
                due.at = match step {
                    ClockStep::Ahead(by) => clock::before(due.at, by),
                    ClockStep::Back(by) => clock::later(due.at, by),
                };
            }
        }
        self.heap = all.into();
    }
}

/// The heap's greatest is the one that is due first.
impl<J> Ord for DelayedJob<J> {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl<J> PartialOrd for DelayedJob<J> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<J> PartialEq for DelayedJob<J> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<J> Eq for DelayedJob<J> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delayed_job_is_small() {
        assert!(size_of::<DelayedJob<u64>>() <= 8 + 64, "{}", size_of::<DelayedJob<u64>>());
    }
}
