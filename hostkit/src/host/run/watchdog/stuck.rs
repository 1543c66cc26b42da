//! Queues whose workers all wait for room that only they could make: who waits for whom goes in, the queues that are stuck come out.
//!
//! Each queue knows which code waits for room in it. A queue is stuck if each of its jobs that run has waited for longer than
//! `stall_warning`, for room in queues that are stuck themselves, and no free worker has anything to begin: the greatest such set.

use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt::Write;
use std::time::Duration;

use super::reporter::Reporter;
use crate::host::view::state::HostState;
#[cfg(feature = "queue")]
use crate::state::address;
use crate::state::{RoomWait, ServiceRecord};
use crate::time::clock;

/// A bounded queue of the host's: that of a queued service, or the one of `Tasks`.
struct BoundedQueue<'a> {
    name: &'a str,
    /// Of the service whose workers take from it.
    record: usize,
    is_tasks: bool,
    load: Load,
    /// The code that waits for room in it.
    waits: Vec<RoomWait>,
}

/// What the workers of one queue do.
#[derive(Debug, Clone, Default)]
struct Load {
    running: usize,
    workers: usize,
    /// A worker is free, and has something to begin, now or later.
    may_begin: bool,
    /// Each wait of a worker of this queue: the worker, and the queue it waits for; none while it has not waited for long.
    waits: Vec<(usize, Option<usize>)>,
}

impl Load {
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

/// The greatest set of queues of which each waits only for queues of the set.
fn stuck(loads: &[Load]) -> Vec<bool> {
    let mut set = vec![true; loads.len()];
    loop {
        let next: Vec<bool> =
            loads.iter().zip(&set).map(|(load, is_in)| *is_in && load.waits_only_for(&set)).collect();
        if next == set {
            return set;
        }
        set = next;
    }
}

/// The queues of the set, those together that hang together: by position, each part and all parts in order.
fn parts(loads: &[Load], set: &[bool]) -> Vec<Vec<usize>> {
    let mut part: Vec<usize> = (0..loads.len()).collect();
    for (from, load) in loads.iter().enumerate().filter(|(from, _)| set[*from]) {
        for target in load.waits.iter().filter_map(|(_, target)| *target) {
            let (one, other) = (part[from], part[target]);
            part.iter_mut().filter(|part| **part == other.max(one)).for_each(|part| *part = one.min(other));
        }
    }
    let members = |first: usize| (0..part.len()).filter(|at| part[*at] == first).collect();
    (0..part.len()).filter(|at| set[*at] && part[*at] == *at).map(members).collect()
}

/// All bounded queues; none if nothing waits for room.
fn bounded_queues(state: &HostState) -> Vec<BoundedQueue<'_>> {
    let mut queues = Vec::new();
    #[cfg(feature = "queue")]
    for queue in &state.draining {
        let Some(index) = state.find(&queue.name) else { continue };
        let room = queue.steer.room();
        queues.push(BoundedQueue {
            name: &queue.name,
            record: address(&state.services[index].record),
            is_tasks: false,
            load: Load {
                running: room.running,
                workers: room.workers,
                may_begin: room.may_begin,
                waits: Vec::new(),
            },
            waits: room.waits,
        });
    }
    queues.push(BoundedQueue {
        name: "Tasks",
        record: state.tasks.queue_worker().record,
        is_tasks: true,
        load: Load { running: 1, workers: 1, ..Load::default() },
        waits: state.tasks.room_waits(),
    });
    if queues.iter().all(|queue| queue.waits.is_empty()) {
        return Vec::new();
    }
    let now = clock::now();
    for target in 0..queues.len() {
        for RoomWait { actor, since } in std::mem::take(&mut queues[target].waits) {
            let waiting = queues.iter_mut().find(|queue| queue.record == actor.record);
            if let (Some(queue), Some(worker)) = (waiting, actor.worker) {
                let long = now.saturating_duration_since(since) > state.settings.stall_warning;
                queue.load.waits.push((worker, long.then_some(target)));
            }
        }
    }
    queues
}

fn loads(queues: &[BoundedQueue<'_>]) -> Vec<Load> {
    queues.iter().map(|queue| queue.load.clone()).collect()
}

/// Whether this is the record of a queue that is stuck.
#[cfg(feature = "queue")]
pub(crate) fn is_stuck(state: &HostState, record: &ServiceRecord) -> bool {
    let queues = bounded_queues(state);
    let set = stuck(&loads(&queues));
    queues.iter().zip(set).any(|(queue, is_stuck)| is_stuck && queue.record == address(record))
}

/// What a service that is aborted waited for, if it waited for room, as the end of a sentence.
pub(crate) fn waited_for(_state: &HostState, _record: &ServiceRecord) -> String {
    #[cfg(feature = "queue")]
    for queue in &_state.draining {
        let waits = queue.steer.room().waits;
        if waits.iter().any(|wait| wait.actor.record == address(_record)) {
            let paused = if queue.steer.paused().is_some() { ", which is paused" } else { "" };
            return format!(": it waited for room in `{}`{paused}", queue.name);
        }
    }
    String::new()
}

/// While the host stops: closes queues that are stuck, for they will never have room. Jobs that wait for it are interrupted, and left over.
pub(crate) async fn close_the_stuck(state: &HostState) -> Infallible {
    loop {
        let queues = bounded_queues(state);
        for (queue, is_stuck) in queues.iter().zip(stuck(&loads(&queues))) {
            if is_stuck && queue.is_tasks {
                state.tasks.end_waits();
            }
            #[cfg(feature = "queue")]
            if let Some(draining) =
                state.draining.iter().find(|one| is_stuck && !queue.is_tasks && one.name == queue.name)
            {
                draining.steer.close(state.shared.id);
            }
        }
        let again = state.settings.stall_warning.max(Duration::from_millis(10));
        state.until_pulse(clock::after(again)).await;
    }
}

/// The queues that the log was told of.
#[derive(Default)]
pub(crate) struct StuckWarnings(HashSet<usize>);

impl StuckWarnings {
    /// Warns of each part that is stuck, once; and again only if it was not, meanwhile.
    pub(crate) fn look(&mut self, state: &HostState, reporter: &mut Reporter) {
        let _runtime = state.runtime.enter(); // its clock may be paused
        let queues = bounded_queues(state);
        let loads = loads(&queues);
        let mut now_stuck = HashSet::new();
        for part in parts(&loads, &stuck(&loads)) {
            let records = part.iter().map(|at| queues[*at].record);
            let new = records.clone().all(|record| !self.0.contains(&record));
            now_stuck.extend(records);
            if new {
                let (names, warning) = (names(&queues, &part), warning(&queues, &part));
                reporter.tell(move || {
                    tracing::warn!(target: "hostkit", service = names, "{warning}");
                });
            }
        }
        self.0 = now_stuck;
    }
}

fn names(queues: &[BoundedQueue<'_>], part: &[usize]) -> String {
    part.iter().map(|at| queues[*at].name).collect::<Vec<_>>().join(", ")
}

fn warning(queues: &[BoundedQueue<'_>], part: &[usize]) -> String {
    let mut text = String::new();
    for at in part {
        let BoundedQueue { name, is_tasks, load, .. } = &queues[*at];
        let mut targets: Vec<usize> = load.waits.iter().filter_map(|(_, target)| *target).collect();
        targets.sort_unstable();
        targets.dedup();
        let targets: Vec<String> =
            targets.iter().map(|target| format!("`{}`", queues[*target].name)).collect();
        let targets = targets.join(" and ");
        let join = if text.is_empty() { "" } else { "; " };
        let _ = match (is_tasks, load.running == load.workers) {
            (true, _) => write!(text, "{join}`{name}`: its queue waits for room in {targets}"),
            (false, true) => {
                write!(text, "{join}`{name}`: all {} workers wait for room in {targets}", load.workers)
            }
            (false, false) => {
                write!(text, "{join}`{name}`: all {} jobs that run wait for room in {targets}", load.running)
            }
        };
    }
    let only_tasks = part.iter().all(|at| queues[*at].is_tasks);
    text.push_str(match part.len() {
        1 if only_tasks => ", which only it could make: use `Tasks::spawn`, or enqueue less at a time",
        1 => ", which only they could make: enqueue from a `Tasks`, use `try_enqueue`, or raise `capacity`",
        _ => "; only they could make it: enqueue from a task (`Tasks::spawn`), use `try_enqueue`, or raise `capacity`",
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(running: usize, may_begin: bool, waits: &[(usize, Option<usize>)]) -> Load {
        Load { running, workers: running, may_begin, waits: waits.to_vec() }
    }

    fn found(loads: &[Load]) -> Vec<Vec<usize>> {
        parts(loads, &stuck(loads))
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
        assert!(stuck(&[works, waits_for_it, behind]).iter().all(|stuck| !stuck));
    }
}
