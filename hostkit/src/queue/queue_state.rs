//! Everything that stands under the memory store's one lock: who waits, who runs, who is idle, what was counted.
//!
//! Its two rules: no user code runs here, not even a drop; and whoever changes what can be done asks [`QueueState::calls`] whether a
//! worker is to be woken. One woken worker wakes the next, so that no burst of jobs wakes a crowd.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use super::batch::Batch;
use super::bucket::{Bucket, Rate};
use super::by_key::JobsByKey;
use super::dead_letters::DeadLetters;
use super::delayed::DelayedJobs;
use super::entry::WaitingJob;
use super::handle::Enqueued;
use super::id::JobId;
use super::inbox::{Inbox, waiting};
use super::stats::QueueStats;
use super::waiting::WaitingJobs;
use crate::sync::lock::lock_unpoisoned;
use crate::time::at::At;
use crate::time::clock::{self, Instant};

/// After so many jobs a worker that never rests hands over what it measured.
const MEASURED: u64 = 1024;

pub(super) struct QueueState<J> {
    pub(super) lanes: WaitingJobs<J>,
    pub(super) later: DelayedJobs<J>,
    pub(super) keys: JobsByKey<J>,
    pub(super) unique: HashMap<Arc<str>, JobId>,
    pub(super) dead: DeadLetters<J>,
    pub(super) bucket: Option<Bucket>,
    pub(super) running: usize,
    /// How many workers will be back in microseconds.
    brisk: usize,
    pub(super) workers: usize,
    pub(super) paused: Option<String>,
    /// Whether it was closed is asked of the inbox; here it says that somebody waits for the end. Then all workers go home.
    pub(super) closed: bool,
    pub(super) over: bool,
    /// How many workers wait for work, whether one of them was called and has not come yet, and who waits until when.
    idle: usize,
    called: bool,
    keeper: Option<(usize, Instant)>,
    /// Told when nothing runs and nothing could.
    pub(super) watcher: Option<Arc<Notify>>,
    /// The counters and the measured times; what else it holds is filled in when it is shown.
    pub(super) stats: QueueStats,
}

/// What a worker does next.
pub(super) enum Step {
    Begin,
    Wait(Option<Instant>),
    Home,
}

impl<J> QueueState<J> {
    pub(super) fn new(workers: usize, rate: Option<Rate>) -> Self {
        QueueState {
            lanes: WaitingJobs::new(),
            later: DelayedJobs::new(),
            keys: JobsByKey::new(),
            unique: HashMap::new(),
            dead: DeadLetters::new(),
            bucket: rate.map(|rate| Bucket::full(rate, clock::now())),
            running: 0,
            brisk: 0,
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

    /// Takes out every job that waits or is dead.
    pub(super) fn clear(&mut self) -> Vec<J> {
        self.unique.clear();
        let waiting = std::mem::replace(&mut self.lanes, WaitingJobs::new()).into_jobs();
        let later = std::mem::replace(&mut self.later, DelayedJobs::new()).into_jobs();
        let behind = std::mem::replace(&mut self.keys, JobsByKey::new()).into_jobs();
        waiting.chain(later).chain(behind).chain(self.dead.take_jobs()).collect()
    }

    /// The job that waits or runs with this unique key.
    pub(super) fn duplicate(&self, unique: &str) -> Option<JobId> {
        self.unique.get(unique).copied()
    }

    /// Takes a job in, unless it is a duplicate: then the first one of its kind comes out, and the job.
    pub(super) fn accept(
        &mut self,
        waiting: WaitingJob<J>,
        due: Option<Instant>,
    ) -> Result<JobId, (JobId, WaitingJob<J>)> {
        let id = waiting.head.id;
        if let Some(unique) = waiting.head.unique() {
            if let Some(first) = self.duplicate(unique) {
                return Err((first, waiting));
            }
            self.unique.insert(unique.clone(), id);
        }
        match due {
            Some(due) => self.later.push(due, waiting),
            None => self.arrive(waiting),
        }
        Ok(id)
    }

    /// Takes in the plain jobs that came before whatever comes now.
    pub(super) fn absorb(&mut self, inbox: &mut Inbox<J>) {
        self.lanes.absorb(&mut inbox.jobs);
    }

    pub(super) fn arrive(&mut self, waiting: WaitingJob<J>) {
        if let Some(waiting) = self.keys.arrive(waiting) {
            self.lanes.push(waiting);
        }
    }

    /// Takes in those whose time has come.
    fn promote(&mut self, inbox: &Mutex<Inbox<J>>, now: Instant) {
        if self.later.next().is_some_and(|due| due <= now) {
            self.absorb(&mut lock_unpoisoned(inbox)); // they were ready before
        }
        while let Some((at, mut waiting)) = self.later.pop(now) {
            waiting.head.stands_since(At::of(at));
            self.arrive(waiting);
        }
    }

    /// The worker is here: it waits no more.
    pub(super) fn come(&mut self, desk: &mut Batch<J>) {
        if std::mem::take(&mut desk.idle) {
            self.idle -= 1;
            self.called = false;
        }
        if std::mem::take(&mut desk.keeper) && self.keeper.is_some_and(|(number, _)| number == desk.number) {
            self.keeper = None;
        }
    }

    /// Takes over what was measured.
    pub(super) fn time(&mut self, desk: &mut Batch<J>) {
        self.stats.time_in_queue.take_over(&mut desk.times.in_queue);
        self.stats.run_time.take_over(&mut desk.times.run);
    }

    /// How many are ready, here and in the inbox, which is emptied where this runs dry.
    fn ready(&mut self, inbox: &mut Inbox<J>) -> usize {
        if !self.lanes.knows_the_next() {
            self.absorb(inbox);
        }
        self.lanes.len() + inbox.jobs.len()
    }

    /// A worker asks for work. Says too whether another one is to be called.
    pub(super) fn take(
        &mut self,
        desk: &mut Batch<J>,
        inbox: &Mutex<Inbox<J>>,
        now: Instant,
    ) -> (Step, bool) {
        self.promote(inbox, now);
        self.pace(desk);
        let mut inbox = lock_unpoisoned(inbox);
        inbox.free(&mut desk.places);
        let ready = self.ready(&mut inbox);
        if self.over || desk.number >= self.workers {
            self.time(desk);
            return (Step::Home, self.calls(&mut inbox, ready, now));
        }
        let tokens = self.bucket.as_ref().map_or(usize::MAX, |bucket| bucket.tokens(now));
        if self.paused.is_some() || ready == 0 || tokens == 0 {
            self.time(desk);
            let step = Step::Wait(self.idle(desk, ready, now));
            return (step, self.calls(&mut inbox, ready, now));
        }
        let count = desk.share(ready, self.workers).min(tokens).min(self.lanes.len());
        if let Some(bucket) = &mut self.bucket {
            bucket.take(count, now);
        }
        desk.claimed_at(At::of(now), count);
        self.pace(desk);
        let call = self.calls(&mut inbox, ready - count, now);
        drop(inbox); // before jobs are moved
        self.lanes.take(count, &mut desk.batch);
        self.running += count;
        if desk.times.run.count() >= MEASURED {
            self.time(desk);
        }
        (Step::Begin, call)
    }

    /// There is nothing to do; it may be the one who keeps the time until there is.
    fn idle(&mut self, desk: &mut Batch<J>, ready: usize, now: Instant) -> Option<Instant> {
        desk.idle = true;
        self.idle += 1;
        let until =
            self.next(ready, now).filter(|until| self.keeper.is_none_or(|(_, kept)| *until < kept))?;
        self.keeper = Some((desk.number, until));
        desk.keeper = true;
        Some(until)
    }

    /// Every job that waits.
    #[cfg(feature = "testing")]
    pub(super) fn all(&self) -> impl Iterator<Item = &WaitingJob<J>> {
        self.lanes.iter().chain(self.keys.iter()).chain(self.later.iter())
    }

    #[cfg(feature = "testing")]
    pub(super) fn next_of_all(&self, now: Instant) -> Option<Instant> {
        self.next(self.lanes.len(), now)
    }

    /// When something will be to do that is not now, with so many ready.
    fn next(&self, ready: usize, now: Instant) -> Option<Instant> {
        if self.paused.is_some() {
            return None; // whoever ends the pause calls
        }
        let token = self.bucket.as_ref().filter(|_| ready > 0).and_then(|bucket| bucket.next(now));
        [token, self.later.next()].into_iter().flatten().min()
    }

    /// Whether an idle worker is to be called, with so many ready: there is something to do, or a time that nobody keeps. If not, the
    /// next job calls.
    fn calls(&mut self, inbox: &mut Inbox<J>, ready: usize, now: Instant) -> bool {
        inbox.time = (self.brisk > 0).then(|| At::of(now));
        if self.idle == 0 || self.called || self.paused.is_some() {
            return false;
        }
        let work = ready > 0 && self.bucket.as_ref().is_none_or(|bucket| bucket.tokens(now) > 0);
        let unkept =
            || self.next(ready, now).is_some_and(|next| self.keeper.is_none_or(|(_, kept)| next < kept));
        self.called = work || unkept();
        inbox.waits = !self.called && ready == 0; // of what can't run yet the time is kept
        self.called
    }

    /// The same, after something has changed.
    pub(super) fn calls_now(&mut self, inbox: &Mutex<Inbox<J>>, now: Instant) -> bool {
        let mut inbox = lock_unpoisoned(inbox);
        let ready = self.lanes.len() + inbox.jobs.len();
        self.calls(&mut inbox, ready, now)
    }

    /// Counts it among those who will be back in microseconds, or no more.
    pub(super) fn pace(&mut self, desk: &mut Batch<J>) {
        self.brisk += usize::from(desk.brisk);
        self.brisk -= usize::from(std::mem::replace(&mut desk.counted, desk.brisk));
    }

    /// Whether anybody wants to know.
    pub(super) fn is_awaited(&self) -> bool {
        self.watcher.is_some() || self.closed
    }

    /// Nothing runs, and nothing could.
    pub(super) fn is_quiet(&self, inbox: &Mutex<Inbox<J>>, now: Instant) -> bool {
        let none = || self.lanes.is_empty() && waiting(inbox) == 0;
        self.running == 0 && (self.paused.is_some() || none() || self.token(now).is_some())
    }

    /// Whether a job waits that a free worker can begin, now or when it falls due. Those behind the job of their key can't.
    pub(super) fn could_begin(&self, inbox: &Mutex<Inbox<J>>) -> bool {
        !self.lanes.is_empty() || self.later.len() > 0 || waiting(inbox) > 0
    }

    /// It is paused, and nothing runs.
    pub(super) fn is_held(&self) -> bool {
        self.running == 0 && self.paused.is_some()
    }

    /// When the rate lets the next one through, if it lets none through now.
    fn token(&self, now: Instant) -> Option<Instant> {
        self.bucket.as_ref()?.next(now)
    }

    /// Nothing runs, and nothing will by then.
    pub(super) fn is_idle(&self, inbox: &Mutex<Inbox<J>>, deadline: Instant) -> bool {
        let now = clock::now();
        let quiet = self.is_quiet(inbox, now);
        if !quiet || self.paused.is_some() {
            return quiet;
        }
        // Of what waits, only the rate holds something back; of what is delayed, both do.
        let ready = (!self.lanes.is_empty() || waiting(inbox) > 0).then_some(now);
        let first = ready.into_iter().chain(self.later.next()).min();
        let runs = first.map(|first| self.token(now).map_or(first, |token| token.max(first)));
        runs.is_none_or(|runs| runs >= deadline)
    }

    fn waiting(&self, inbox: &Mutex<Inbox<J>>) -> usize {
        self.lanes.len() + self.keys.len() + waiting(inbox)
    }

    /// Accepted and neither done nor dead.
    pub(super) fn left(&self, inbox: &Mutex<Inbox<J>>) -> usize {
        self.waiting(inbox) + self.later.len() + self.running + self.stats.interrupted
    }

    pub(super) fn len(&self, inbox: &Mutex<Inbox<J>>) -> usize {
        self.waiting(inbox) + self.later.len()
    }

    pub(super) fn stats(&self, inbox: &Mutex<Inbox<J>>, now: Instant) -> QueueStats {
        let newest = lock_unpoisoned(inbox).jobs.front().map(|waiting| waiting.head.since);
        let behind = self.keys.fronts().map(|waiting| waiting.head.since).min();
        let oldest = [self.lanes.oldest(), behind, newest].into_iter().flatten().min();
        let oldest = oldest.map(|since| since.instant());
        // What has fallen due and was not looked at yet waits already.
        let due = self.later.next().filter(|due| *due <= now);
        QueueStats {
            waiting: self.waiting(inbox),
            delayed: self.later.len(),
            oldest_waiting: oldest.or(due).map(|since| now.saturating_duration_since(since)),
            running: self.running,
            workers: self.workers,
            dead: self.dead.len(),
            ..self.stats.clone()
        }
    }
}

impl From<Result<JobId, JobId>> for Enqueued {
    fn from(accepted: Result<JobId, JobId>) -> Self {
        match accepted {
            Ok(id) => Enqueued::Inserted(id),
            Err(first) => Enqueued::Duplicate(first),
        }
    }
}
