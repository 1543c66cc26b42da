//! Queues whose workers all wait for room that only they could make: who waits for whom goes in, the queues that are stuck come out.
//!
//! Each queue knows which code waits for room in it. A queue is stuck if each of its jobs that run has waited for longer than
//! `stall_warning`, for room in queues that are stuck themselves, and no free worker has anything to begin: the greatest such set.

use std::collections::HashSet;
use std::fmt::Write;

use super::state::HostState;
use crate::state::{Room, RoomWait, ServiceRecord, address};
use crate::time::clock;

/// The bounded queues of a host: those of its services, and the one of `Tasks`. Empty where nothing waits for room.
#[derive(Default)]
pub(crate) struct StuckQueues<'a> {
    queues: Vec<BoundedQueue<'a>>,
    /// Which of them are stuck.
    stuck: Vec<bool>,
}

#[derive(Debug, Clone, Default)]
struct BoundedQueue<'a> {
    name: &'a str,
    /// The address of the record of its workers.
    record: usize,
    is_tasks: bool,
    running: usize,
    workers: usize,
    /// A worker is free, and has something to begin, now or later.
    may_begin: bool,
    /// Each wait of a worker of this queue: the worker, and the queue it waits for; none while it has not waited for long.
    waits: Vec<(usize, Option<usize>)>,
}

/// Queues that are stuck together.
#[derive(Debug, PartialEq)]
pub(crate) struct StuckPart {
    /// The addresses of their workers' records.
    pub(crate) records: Vec<usize>,
    pub(crate) names: String,
    pub(crate) warning: String,
}

impl<'a> StuckQueues<'a> {
    /// As the host is now. To be called within its runtime, whose clock may be paused.
    pub(crate) fn of(state: &'a HostState) -> Self {
        let (mut queues, mut waits) = (Vec::new(), Vec::new());
        for (service, queue) in state.queues() {
            let Room { running, workers, may_begin, waits: of_queue } = queue.room();
            let (name, record) = (service.record.name(), address(&service.record));
            waits.extend(of_queue.into_iter().map(|wait| (queues.len(), wait)));
            queues.push(BoundedQueue { name, record, running, workers, may_begin, ..Default::default() });
        }
        waits.extend(state.tasks.room_waits().into_iter().map(|wait| (queues.len(), wait)));
        if waits.is_empty() {
            return StuckQueues::default();
        }
        let record = state.tasks.queue_worker().record;
        let tasks = BoundedQueue { name: "Tasks", record, is_tasks: true, ..Default::default() };
        queues.push(BoundedQueue { running: 1, workers: 1, ..tasks });
        let now = clock::now();
        for (target, RoomWait { actor, since }) in waits {
            let waiting = queues.iter_mut().find(|queue| queue.record == actor.record);
            if let (Some(queue), Some(worker)) = (waiting, actor.worker) {
                let long = now.saturating_duration_since(since) > state.settings.stall_warning;
                queue.waits.push((worker, long.then_some(target)));
            }
        }
        StuckQueues::among(queues)
    }

    /// Finds the greatest set of queues of which each waits only for queues of the set.
    fn among(queues: Vec<BoundedQueue<'a>>) -> Self {
        let mut stuck = vec![true; queues.len()];
        loop {
            let stay = queues.iter().zip(&stuck).map(|(queue, is_in)| *is_in && queue.waits_only_for(&stuck));
            let stay: Vec<bool> = stay.collect();
            if stay == stuck {
                return StuckQueues { queues, stuck };
            }
            stuck = stay;
        }
    }

    /// Whether the queue with this record is stuck.
    pub(crate) fn has(&self, record: &ServiceRecord) -> bool {
        self.positions().any(|at| self.queues[at].record == address(record))
    }

    /// Whether the queue of `Tasks` is stuck.
    pub(crate) fn has_tasks(&self) -> bool {
        self.positions().any(|at| self.queues[at].is_tasks)
    }

    /// The queues that are stuck, those together that wait for each other.
    pub(crate) fn parts(&self) -> Vec<StuckPart> {
        let part = |part: Vec<usize>| {
            let queues: Vec<_> = part.iter().map(|at| &self.queues[*at]).collect();
            let names = queues.iter().map(|queue| queue.name).collect::<Vec<_>>().join(", ");
            let records = queues.iter().map(|queue| queue.record).collect();
            StuckPart { records, names, warning: self.warning(&queues) }
        };
        self.connected().into_iter().map(part).collect()
    }

    /// Positions of the stuck queues: each connected part, and all parts, in order.
    fn connected(&self) -> Vec<Vec<usize>> {
        let mut part: Vec<usize> = (0..self.queues.len()).collect();
        for from in self.positions() {
            for target in self.queues[from].waits.iter().filter_map(|(_, target)| *target) {
                let (one, other) = (part[from], part[target]);
                part.iter_mut()
                    .filter(|part| **part == other.max(one))
                    .for_each(|part| *part = one.min(other));
            }
        }
        let members = |first: usize| self.positions().filter(|at| part[*at] == first).collect();
        self.positions().filter(|at| part[*at] == *at).map(members).collect()
    }

    fn positions(&self) -> impl Iterator<Item = usize> {
        (0..self.queues.len()).filter(|at| self.stuck[*at])
    }

    fn warning(&self, part: &[&BoundedQueue<'_>]) -> String {
        let mut text = String::new();
        for BoundedQueue { name, is_tasks, running, workers, waits, .. } in part {
            let mut targets: Vec<usize> = waits.iter().filter_map(|(_, target)| *target).collect();
            targets.sort_unstable();
            targets.dedup();
            let targets: Vec<_> =
                targets.iter().map(|target| format!("`{}`", self.queues[*target].name)).collect();
            let who = match (is_tasks, running == workers) {
                (true, _) => "its queue waits".to_owned(),
                (false, true) => format!("all {workers} workers wait"),
                (false, false) => format!("all {running} jobs that run wait"),
            };
            let join = if text.is_empty() { "" } else { "; " };
            let _ = write!(text, "{join}`{name}`: {who} for room in {}", targets.join(" and "));
        }
        let only_tasks = part.iter().all(|queue| queue.is_tasks);
        text.push_str(match part.len() {
            1 if only_tasks => ", which only it could make: use `Tasks::spawn`, or enqueue less at a time",
            1 => ", which only they could make: enqueue from a `Tasks`, use `try_enqueue`, or raise `capacity`",
            _ => "; only they could make it: enqueue from a task (`Tasks::spawn`), use `try_enqueue`, or raise `capacity`",
        });
        text
    }
}

impl BoundedQueue<'_> {
    /// Whether every job that runs waits for room in queues of this set alone.
    fn waits_only_for(&self, set: &[bool]) -> bool {
        let waiting: HashSet<usize> = self.waits.iter().map(|(worker, _)| *worker).collect();
        let inside = |target: &Option<usize>| target.is_some_and(|target| set[target]);
        self.running > 0
            && !self.may_begin
            && waiting.len() == self.running
            && self.waits.iter().all(|(_, target)| inside(target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(running: usize, may_begin: bool, waits: &[(usize, Option<usize>)]) -> BoundedQueue<'static> {
        BoundedQueue { running, workers: running, may_begin, waits: waits.to_vec(), ..Default::default() }
    }

    fn found(loads: &[BoundedQueue<'static>]) -> Vec<Vec<usize>> {
        StuckQueues::among(loads.to_vec()).connected()
    }

    #[test]
    fn a_queue_that_waits_for_itself() {
        assert_eq!(found(&[load(1, false, &[(0, Some(0))])]), [[0]]);
        assert_eq!(found(&[load(2, false, &[(0, Some(0)), (1, Some(0))])]), [[0]]);
    }

    #[test]
    fn not_while_a_job_works_or_may_begin_or_has_not_waited_for_long() {
        let none: Vec<Vec<usize>> = Vec::new();
        assert_eq!(found(&[load(2, false, &[(0, Some(0))])]), none);
        assert_eq!(found(&[load(1, true, &[(0, Some(0))])]), none);
        assert_eq!(found(&[load(1, false, &[(0, None)])]), none);
        assert_eq!(found(&[load(0, false, &[])]), none);
        // one worker that waits twice is not two
        assert_eq!(found(&[load(2, false, &[(0, Some(0)), (0, Some(0))])]), none);
        // it waits for something else as well
        assert_eq!(found(&[load(1, false, &[(0, Some(0)), (0, None)])]), none);
    }

    #[test]
    fn rings_and_what_hangs_on_them() {
        let ping = load(1, false, &[(0, Some(1))]);
        let pong = load(1, false, &[(0, Some(0))]);
        assert_eq!(found(&[ping.clone(), pong.clone()]), [[0, 1]]);
        let feeds_the_ring = load(1, false, &[(3, Some(1))]);
        assert_eq!(found(&[ping.clone(), pong.clone(), feeds_the_ring]), [[0, 1, 2]]);
        let alone = load(1, false, &[(0, Some(2))]);
        assert_eq!(found(&[ping, pong, alone]), [vec![0, 1], vec![2]]);
    }

    #[test]
    fn a_way_out_dissolves_everything_before_it() {
        let works = load(1, false, &[]);
        let waits_for_it = load(1, false, &[(0, Some(0))]);
        let behind = load(1, false, &[(0, Some(1))]);
        let none: Vec<Vec<usize>> = Vec::new();
        assert_eq!(found(&[works, waits_for_it, behind]), none);
    }
}
