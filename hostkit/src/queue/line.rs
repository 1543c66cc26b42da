//! Everything that stands under the memory store's one lock: who waits, who runs, who is idle, what was counted.
//!
//! Its two rules: no user code runs here, not even a drop; and whoever changes what can be done asks [`Line::calls`] whether a
//! worker is to be woken. One woken worker wakes the next, so that no burst of jobs wakes a crowd.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Notify;

use super::bucket::{Bucket, Rate};
use super::claim::Desk;
use super::dead::{Dead, Graveyard};
use super::entry::{Head, How, Rest, Settled, Waiting};
use super::handle::Enqueued;
use super::id::JobId;
use super::keys::Keys;
use super::lanes::Lanes;
use super::later::Later;
use super::stats::QueueStats;
use crate::clock::{self, Instant};

pub(super) struct Line<J> {
    lanes: Lanes<J>,
    later: Later<J>,
    keys: Keys<J>,
    unique: HashMap<Arc<str>, JobId>,
    pub(super) dead: Graveyard<J>,
    bucket: Option<Bucket>,
    last: u64,
    running: usize,
    pub(super) workers: usize,
    pub(super) paused: Option<String>,
    /// Nothing is accepted any more; and all workers go home.
    pub(super) closed: bool,
    pub(super) over: bool,
    /// How many workers wait for work, whether one of them was called and has not come yet, and who waits until when.
    idle: usize,
    called: bool,
    keeper: Option<(usize, Instant)>,
    /// Told when nothing runs and nothing could.
    pub(super) watcher: Option<Arc<Notify>>,
    /// The counters and the measured times; what else it holds is filled in when it is shown.
    stats: QueueStats,
}

/// What a worker does next.
pub(super) enum Step {
    Begin,
    Wait(Option<Instant>),
    Home,
}

/// What is to be done once the lock is free.
pub(super) struct After<J> {
    /// Jobs to let go.
    pub(super) gone: Vec<Dead<J>>,
    /// Nothing runs, and nothing could.
    pub(super) quiet: bool,
}

impl<J> Line<J> {
    pub(super) fn new(workers: usize, rate: Option<Rate>, now: Instant) -> Self {
        Line {
            lanes: Lanes::new(),
            later: Later::new(),
            keys: Keys::new(),
            unique: HashMap::new(),
            dead: Graveyard::new(),
            bucket: rate.map(|rate| Bucket::full(rate, now)),
            last: 0,
            running: 0,
            workers,
            paused: None,
            closed: false,
            over: false,
            idle: 0,
            called: false,
            keeper: None,
            watcher: None,
            stats: QueueStats::default(),
        }
    }

    /// The job that waits or runs with this unique key.
    pub(super) fn duplicate(&self, unique: &str) -> Option<JobId> {
        self.unique.get(unique).copied()
    }

    /// Takes a job in, which holds a place. A duplicate comes back.
    pub(super) fn accept(
        &mut self,
        job: J,
        rest: Option<Box<Rest>>,
        due: Option<Instant>,
        now: Instant,
    ) -> Result<JobId, (JobId, J)> {
        let id = JobId(self.last + 1);
        if let Some(unique) = rest.as_ref().and_then(|rest| rest.unique.as_ref()) {
            if let Some(first) = self.duplicate(unique) {
                return Err((first, job));
            }
            self.unique.insert(unique.clone(), id);
        }
        self.last = id.0;
        let head = Head { id, since: now, used: 0, place: true, held: false, rest };
        let waiting = Waiting { head, job };
        match due {
            Some(due) => self.later.push(due, waiting),
            None => self.arrive(waiting),
        }
        Ok(id)
    }

    fn arrive(&mut self, waiting: Waiting<J>) {
        if let Some(waiting) = self.keys.arrive(waiting) {
            self.lanes.push(waiting);
        }
    }

    /// Takes in those whose time has come.
    fn promote(&mut self, now: Instant) {
        while let Some((at, mut waiting)) = self.later.pop(now) {
            waiting.head.stands_since(at);
            self.arrive(waiting);
        }
    }

    /// Books what was settled.
    pub(super) fn settle(&mut self, desk: &mut Desk<J>, now: Instant) -> After<J> {
        let mut gone = Vec::new();
        let some = !desk.settled.is_empty();
        self.running -= desk.settled.len();
        for Settled { mut head, how, took } in desk.settled.drain(..) {
            self.stats.run_time.record(took);
            match how {
                How::Done => {
                    self.stats.done += 1;
                    self.release(&mut head);
                }
                How::Retry { job, at, failure } => {
                    self.stats.failed += 1;
                    self.stats.retried += 1;
                    head.used += 1;
                    head.failed(failure);
                    self.later.push(at, Waiting { head, job });
                }
                How::Snooze { job, at } => {
                    self.stats.snoozed += 1;
                    self.later.push(at, Waiting { head, job });
                }
                How::Dead { job, failure } => {
                    self.stats.failed += 1;
                    self.stats.died += 1;
                    head.used += 1;
                    head.failed(failure);
                    self.release(&mut head);
                    let out = self.dead.bury(head, job, now);
                    self.stats.forgotten += u64::from(out.is_some());
                    gone.extend(out);
                }
                // It keeps its key: the jobs behind it are not to run before it.
                How::Interrupted => self.stats.interrupted += 1,
            }
        }
        After { gone, quiet: some && self.is_awaited() && self.is_quiet() }
    }

    /// Nobody runs it any more: its key and its unique key are free.
    fn release(&mut self, head: &mut Head) {
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
    pub(super) fn put_back(&mut self, desk: &mut Desk<J>) {
        if let Some(bucket) = &mut self.bucket {
            bucket.give_back(desk.batch.len());
        }
        self.running -= desk.batch.len();
        while let Some(waiting) = desk.batch.pop_back() {
            self.lanes.put_back(waiting);
        }
    }

    /// The worker is here: it waits no more.
    pub(super) fn come(&mut self, desk: &mut Desk<J>) {
        if std::mem::take(&mut desk.idle) {
            self.idle -= 1;
            self.called = false;
        }
        if std::mem::take(&mut desk.keeper) && self.keeper.is_some_and(|(number, _)| number == desk.number) {
            self.keeper = None;
        }
    }

    /// A worker asks for work.
    pub(super) fn take(&mut self, desk: &mut Desk<J>, now: Instant) -> Step {
        self.promote(now);
        if self.over || desk.number >= self.workers {
            return Step::Home;
        }
        let tokens = self.bucket.as_ref().map_or(usize::MAX, |bucket| bucket.tokens(now));
        if self.paused.is_some() || self.lanes.is_empty() || tokens == 0 {
            let until = self.next(now);
            desk.idle = true;
            self.idle += 1;
            if let Some(until) = until
                && self.keeper.is_none_or(|(_, kept)| until < kept)
            {
                self.keeper = Some((desk.number, until));
                desk.keeper = true;
                return Step::Wait(Some(until));
            }
            return Step::Wait(None);
        }
        let share = (self.lanes.len() / self.workers).max(1);
        let count = desk.size.min(share).min(tokens);
        for _ in 0..count {
            let Some(waiting) = self.lanes.pop() else { break };
            let waited = now.saturating_duration_since(waiting.head.since);
            self.stats.time_in_queue.record(clock_nanos(waited));
            desk.batch.push_back(waiting);
        }
        self.running += desk.batch.len();
        if let Some(bucket) = &mut self.bucket {
            bucket.take(desk.batch.len(), now);
        }
        desk.claimed = now;
        Step::Begin
    }

    /// When something will be to do that is not now.
    fn next(&self, now: Instant) -> Option<Instant> {
        if self.paused.is_some() {
            return None; // whoever ends the pause calls
        }
        let token =
            self.bucket.as_ref().filter(|_| !self.lanes.is_empty()).and_then(|bucket| bucket.next(now));
        [token, self.later.next()].into_iter().flatten().min()
    }

    /// Whether an idle worker is to be called: there is something to do, or a time that nobody keeps.
    pub(super) fn calls(&mut self, now: Instant) -> bool {
        if self.idle == 0 || self.called || self.paused.is_some() {
            return false;
        }
        let tokens = || self.bucket.as_ref().is_none_or(|bucket| bucket.tokens(now) > 0);
        let work = !self.lanes.is_empty() && tokens();
        let unkept = || self.next(now).is_some_and(|next| self.keeper.is_none_or(|(_, kept)| next < kept));
        self.called = work || unkept();
        self.called
    }

    /// The worker is gone, wherever it was.
    pub(super) fn leave(&mut self, desk: &mut Desk<J>, now: Instant) -> After<J> {
        self.come(desk);
        let after = self.settle(desk, now);
        self.put_back(desk);
        if std::mem::take(&mut desk.busy) {
            self.running -= 1;
            self.stats.interrupted += 1;
        }
        After { quiet: self.is_quiet(), ..after }
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
            waiting.head.stands_since(now);
            self.arrive(waiting);
        }
        raised
    }

    /// Whether anybody wants to know.
    fn is_awaited(&self) -> bool {
        self.closed || self.watcher.is_some()
    }

    /// Nothing runs, and nothing could.
    fn is_quiet(&self) -> bool {
        self.running == 0 && (self.lanes.is_empty() || self.paused.is_some())
    }

    /// Nothing runs, and nothing will by then.
    pub(super) fn is_idle(&self, deadline: Instant) -> bool {
        let comes = self.later.next().is_some_and(|due| due < deadline) && self.paused.is_none();
        self.is_quiet() && !comes
    }

    fn waiting(&self) -> usize {
        self.lanes.len() + self.keys.len()
    }

    /// Accepted and neither done nor dead.
    pub(super) fn left(&self) -> usize {
        self.waiting() + self.later.len() + self.running + self.stats.interrupted
    }

    pub(super) fn len(&self) -> usize {
        self.waiting() + self.later.len()
    }

    pub(super) fn stats(&self, now: Instant) -> QueueStats {
        let behind = self.keys.fronts().map(|waiting| waiting.head.since).min();
        let oldest = [self.lanes.oldest(), behind].into_iter().flatten().min();
        // What has fallen due and was not looked at yet waits already.
        let due = self.later.next().filter(|due| *due <= now);
        QueueStats {
            waiting: self.waiting(),
            delayed: self.later.len(),
            oldest_waiting: oldest.or(due).map(|since| now.saturating_duration_since(since)),
            running: self.running,
            workers: self.workers,
            dead: self.dead.len(),
            ..self.stats.clone()
        }
    }
}

fn clock_nanos(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// When a job with this delay is due; nothing for now.
pub(super) fn due(delay: std::time::Duration, now: Instant) -> Option<Instant> {
    (!delay.is_zero()).then(|| clock::later(now, delay))
}

impl From<Result<JobId, JobId>> for Enqueued {
    fn from(accepted: Result<JobId, JobId>) -> Self {
        match accepted {
            Ok(id) => Enqueued::Inserted(id),
            Err(first) => Enqueued::Duplicate(first),
        }
    }
}
