//! What the lock of a queue in memory guards: jobs that wait, run, are delayed or dead, workers that are idle, what was counted.
//!
//! Two rules: no user code runs here, not even a drop; and after a change that makes work the caller asks [`QueueState::wake`] whether
//! a worker is to be woken. A woken worker wakes the next, so that no burst of jobs wakes all of them.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::batch::{BatchReport, Want};
use super::bucket::{Bucket, Rate};
use super::by_key::JobsByKey;
use super::dead_letters::DeadLetters;
use super::delayed::DelayedJobs;
use super::id::JobId;
use super::job_meta::{Completion, Disposition, ExtraMeta, JobMeta, WaitingJob};
use super::stats::QueueStats;
use super::waiting::WaitingJobs;
use crate::time::at::At;
use crate::time::clock::{self, Instant};

pub(super) struct QueueState<J> {
    pub(super) waiting: WaitingJobs<J>,
    pub(super) delayed: DelayedJobs<J>,
    pub(super) by_key: JobsByKey<J>,
    pub(super) unique: HashMap<Arc<str>, JobId>,
    pub(super) dead_letters: DeadLetters<J>,
    bucket: Option<Bucket>,
    last_id: u64,
    /// Number of jobs that are claimed and not completed.
    pub(super) running: usize,
    pub(super) workers: usize,
    pub(super) paused: Option<String>,
    /// Nothing is accepted any more.
    pub(super) closed: bool,
    /// All workers end.
    pub(super) over: bool,
    /// Number of workers that wait for work; whether one of them was woken and has not come yet; and until when one of them sleeps
    /// at most.
    idle: usize,
    waking: bool,
    timekeeper: Option<Instant>,
    /// A clock reading, where a worker comes within microseconds: it was woken, or its jobs are tiny. Good enough for jobs
    /// that are enqueued until then, since to read the clock takes as long as to enqueue.
    recent: Option<At>,
    /// Notified when nothing runs and nothing could.
    pub(super) watcher: Option<Arc<Notify>>,
    /// The counters and the measured times; what else it holds is filled in when it is shown.
    stats: QueueStats,
}

/// What a worker does next.
pub(super) enum Step {
    Work,
    /// Until it is woken, and at most until then.
    Wait(Option<Instant>),
    End,
}

impl<J> QueueState<J> {
    pub(super) fn new(workers: usize, rate: Option<Rate>) -> Self {
        QueueState {
            waiting: WaitingJobs::new(),
            delayed: DelayedJobs::new(),
            by_key: JobsByKey::new(),
            unique: HashMap::new(),
            dead_letters: DeadLetters::new(),
            bucket: rate.map(|rate| Bucket::full(rate, clock::now())),
            last_id: 0,
            running: 0,
            workers,
            paused: None,
            closed: false,
            over: false,
            idle: 0,
            waking: false,
            timekeeper: None,
            recent: None,
            watcher: None,
            stats: QueueStats::default(),
        }
    }

    /// Takes out every job that waits or is dead.
    pub(super) fn clear(&mut self) -> Vec<J> {
        self.unique.clear();
        let waiting = std::mem::replace(&mut self.waiting, WaitingJobs::new()).into_jobs();
        let delayed = std::mem::replace(&mut self.delayed, DelayedJobs::new()).into_jobs();
        let by_key = std::mem::replace(&mut self.by_key, JobsByKey::new()).into_jobs();
        waiting.chain(delayed).chain(by_key).chain(self.dead_letters.take_jobs()).collect()
    }

    /// The job that waits or runs with this unique key.
    pub(super) fn duplicate(&self, unique: &str) -> Option<JobId> {
        self.unique.get(unique).copied()
    }

    /// Takes a new job in, unless it is a duplicate: then the first one of its kind comes out, and the job.
    #[inline]
    pub(super) fn accept(
        &mut self,
        job: J,
        extra: Option<Box<ExtraMeta>>,
        delay: Duration,
    ) -> Result<JobId, (JobId, J)> {
        self.last_id += 1;
        let id = JobId(self.last_id);
        let since = self.recent.filter(|_| delay.is_zero()).unwrap_or_else(At::now);
        let waiting = WaitingJob::new(id, job, extra, since);
        if let Some(unique) = waiting.meta.unique() {
            if let Some(first) = self.duplicate(unique) {
                return Err((first, waiting.job));
            }
            self.unique.insert(unique.clone(), id);
        }
        if delay.is_zero() {
            self.arrive(waiting);
        } else {
            self.delayed.push(clock::later(since.instant(), delay), waiting);
        }
        if self.can_wake() && self.bucket.is_none() && !self.waiting.is_empty() {
            self.recent = Some(since); // `wake` is next
        }
        Ok(id)
    }

    #[inline]
    fn arrive(&mut self, job: WaitingJob<J>) {
        if job.meta.extra.is_none() {
            self.waiting.push(job);
        } else if let Some(job) = self.by_key.arrive(job) {
            self.waiting.push(job);
        }
    }

    /// Takes in the jobs that have fallen due.
    fn promote(&mut self, now: Instant) {
        while let Some((due, mut job)) = self.delayed.pop(now) {
            job.meta.waits_since(At::of(due));
            self.arrive(job);
        }
    }

    /// A worker asks for work. One that is to wait counts as idle until [`comes_back`](QueueState::comes_back).
    pub(super) fn claim(
        &mut self,
        worker: usize,
        want: Want,
        into: &mut VecDeque<WaitingJob<J>>,
        now: Instant,
    ) -> Step {
        self.promote(now);
        if self.over || worker >= self.workers {
            return Step::End;
        }
        let ready = self.waiting.len();
        let tokens = self.bucket.as_ref().map_or(usize::MAX, |bucket| bucket.tokens(now));
        let count =
            if self.paused.is_some() { 0 } else { want.of(ready, self.workers).min(ready).min(tokens) };
        if count == 0 {
            self.idle += 1;
            let until = self.next(now).filter(|until| self.timekeeper.is_none_or(|kept| *until < kept));
            self.timekeeper = until.or(self.timekeeper);
            return Step::Wait(until);
        }
        if let Some(bucket) = &mut self.bucket {
            bucket.take(count, now);
        }
        self.waiting.take(count, into);
        self.running += count;
        self.recent = want.together(count).then(|| At::of(now));
        Step::Work
    }

    /// A worker waits no more, which would have waited until then.
    pub(super) fn comes_back(&mut self, until: Option<Instant>) {
        self.idle -= 1;
        (self.waking, self.recent) = (false, None);
        if until.is_some() && self.timekeeper == until {
            self.timekeeper = None;
        }
    }

    /// When something will be to do that is not now.
    pub(super) fn next(&self, now: Instant) -> Option<Instant> {
        if self.paused.is_some() {
            return None; // the end of the pause wakes
        }
        let token = if self.waiting.is_empty() { None } else { self.token(now) };
        [token, self.delayed.next()].into_iter().flatten().min()
    }

    /// Whether an idle worker is to be woken: there is something to do, or a time that no idle worker keeps.
    #[inline]
    pub(super) fn wake(&mut self) -> bool {
        if !self.can_wake() {
            return false;
        }
        self.waking = self.has_work();
        self.waking
    }

    fn can_wake(&self) -> bool {
        self.idle > 0 && !self.waking && self.paused.is_none()
    }

    fn has_work(&self) -> bool {
        if self.bucket.is_none() && !self.waiting.is_empty() {
            return true;
        }
        let now = clock::now();
        let ready = !self.waiting.is_empty() && self.token(now).is_none();
        ready || self.next(now).is_some_and(|next| self.timekeeper.is_none_or(|kept| next < kept))
    }

    /// Takes a report over. Whether nothing runs now, and nothing could, if that is awaited.
    pub(super) fn complete(&mut self, report: &mut BatchReport<J>, now: Instant) -> bool {
        self.recent = None;
        self.stats.time_in_queue.take_over(&mut report.time_in_queue);
        self.stats.run_time.take_over(&mut report.run_time);
        let count = report.done + report.completions.len();
        self.running -= count;
        self.stats.done += std::mem::take(&mut report.done) as u64;
        for Completion { meta, disposition } in report.completions.drain(..) {
            report.forgotten.extend(self.complete_one(meta, disposition, now));
        }
        count > 0 && (self.watcher.is_some() || self.closed) && self.is_quiet(now)
    }

    /// A dead job that has to go for this one comes out.
    fn complete_one(&mut self, mut meta: JobMeta, disposition: Disposition<J>, now: Instant) -> Option<J> {
        meta.has_permit &= matches!(disposition, Disposition::Released { .. });
        match disposition {
            Disposition::Released { job } => {
                if let Some(bucket) = &mut self.bucket {
                    bucket.give_back(1);
                }
                self.waiting.put_back(WaitingJob { meta, job });
            }
            Disposition::Done => {
                self.stats.done += 1;
                self.release_keys(&mut meta);
            }
            Disposition::Retry { job, after, failure } => {
                self.stats.failed += 1;
                self.stats.retried += 1;
                meta.failed(failure);
                self.delayed.push(clock::later(now, after), WaitingJob { meta, job });
            }
            Disposition::Snooze { job, after } => {
                self.stats.snoozed += 1;
                self.delayed.push(clock::later(now, after), WaitingJob { meta, job });
            }
            Disposition::Dead { job, failure } => {
                self.stats.failed += 1;
                self.stats.died += 1;
                meta.failed(failure);
                self.release_keys(&mut meta);
                let (forgotten, gone) = self.dead_letters.push(meta, job, At::of(now));
                self.stats.forgotten += u64::from(forgotten);
                return gone;
            }
            // It keeps its key: the jobs behind it are not to run before it.
            Disposition::Interrupted => self.stats.interrupted += 1,
        }
        None
    }

    /// The job's key and its unique key are free.
    fn release_keys(&mut self, meta: &mut JobMeta) {
        if let Some(unique) = meta.unique() {
            self.unique.remove(unique);
        }
        if let (true, Some(key)) = (meta.holds_key, meta.key())
            && let Some(next) = self.by_key.release(key)
        {
            self.waiting.push(next);
        }
        meta.holds_key = false;
    }

    /// Dead jobs get another life, with all their attempts: this one, or all.
    pub(super) fn revive(&mut self, id: Option<JobId>, now: Instant) -> usize {
        let revived = self.dead_letters.take(id, |meta| {
            let Some(unique) = meta.unique() else { return true };
            let free = !self.unique.contains_key(unique);
            if free {
                self.unique.insert(unique.clone(), meta.id);
            }
            free
        });
        let count = revived.len();
        for mut job in revived {
            job.meta.used = 0;
            job.meta.waits_since(At::of(now));
            self.arrive(job);
        }
        count
    }

    /// Every job that waits.
    #[cfg(feature = "testing")]
    pub(super) fn all(&self) -> impl Iterator<Item = &WaitingJob<J>> {
        self.waiting.iter().chain(self.by_key.iter()).chain(self.delayed.iter())
    }

    /// Whether a job waits that a free worker can begin, now or when it falls due. Those behind the job of their key can't.
    pub(super) fn could_begin(&self) -> bool {
        !self.waiting.is_empty() || self.delayed.len() > 0
    }

    /// Nothing runs, and nothing could.
    fn is_quiet(&self, now: Instant) -> bool {
        self.running == 0 && (self.paused.is_some() || self.waiting.is_empty() || self.token(now).is_some())
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
    pub(super) fn is_idle(&self, deadline: Instant) -> bool {
        let now = clock::now();
        let quiet = self.is_quiet(now);
        if !quiet || self.paused.is_some() {
            return quiet;
        }
        // Of what waits, only the rate holds something back; of what is delayed, both do.
        let ready = (!self.waiting.is_empty()).then_some(now);
        let first = ready.into_iter().chain(self.delayed.next()).min();
        let runs = first.map(|first| self.token(now).map_or(first, |token| token.max(first)));
        runs.is_none_or(|runs| runs >= deadline)
    }

    /// Number of jobs that wait or are delayed.
    pub(super) fn len(&self) -> usize {
        self.waiting.len() + self.by_key.len() + self.delayed.len()
    }

    /// Number of jobs that were accepted and are neither done nor dead.
    pub(super) fn left(&self) -> usize {
        self.len() + self.running + self.stats.interrupted
    }

    pub(super) fn stats(&self, now: Instant) -> QueueStats {
        let by_key = self.by_key.fronts().map(|job| job.meta.since).min();
        let oldest = [self.waiting.oldest(), by_key].into_iter().flatten().min().map(At::instant);
        // What has fallen due and was not claimed yet waits already.
        let due = self.delayed.next().filter(|due| *due <= now);
        QueueStats {
            waiting: self.waiting.len() + self.by_key.len(),
            delayed: self.delayed.len(),
            oldest_waiting: oldest.or(due).map(|since| now.saturating_duration_since(since)),
            running: self.running,
            workers: self.workers,
            dead: self.dead_letters.len(),
            ..self.stats.clone()
        }
    }
}
