//! A worker's batch: the jobs that it claimed, what has become of them, and how many it takes next time.

use std::collections::VecDeque;

use super::entry::{Completion, Disposition, JobMeta, WaitingJob};
use super::stats::Latency;
use crate::time::at::At;
use crate::time::clock::Instant;

/// As many jobs as one claim takes at most.
const MOST: usize = 32;
/// A batch that takes longer, in nanoseconds, is followed by one of a single job.
const SHORT: u64 = 200_000;
/// Jobs that take less than this each, in nanoseconds, in a batch of as many as that, are measured by the batch: the clock would
/// take as long as the jobs.
const TINY: u64 = 1_000;
const BRISK: usize = 8;

/// How long jobs waited, and ran.
#[derive(Debug, Default)]
pub(super) struct Times {
    pub(super) in_queue: Latency,
    pub(super) run: Latency,
}

/// What a worker has claimed. It belongs to one worker and one source.
pub(crate) struct Batch<J> {
    /// The worker's number, from 0: when there are to be fewer, those with the highest go.
    pub(super) number: usize,
    pub(super) batch: VecDeque<WaitingJob<J>>,
    /// What has to be booked one by one; and how many jobs were simply done.
    pub(super) settled: Vec<Completion<J>>,
    pub(super) done: usize,
    /// Dead jobs that had to make room for these: to be dropped where no lock is held.
    pub(crate) gone: Vec<J>,
    /// Measured since they were last taken over.
    pub(super) times: Box<Times>,
    /// Places of the queue's capacity that are free now that their jobs have begun.
    pub(super) places: usize,
    /// The job that has begun and not ended.
    pub(crate) running: Option<JobMeta>,
    pub(super) size: usize,
    most: usize,
    /// When the batch was claimed, and when the last of its jobs ended.
    pub(super) claimed: At,
    ended: At,
    /// So many were begun and not told yet.
    taken: u64,
    /// A job of the batch had to wait.
    pub(super) waited: bool,
    /// The jobs of the last batch were tiny; this batch is measured as one, and will be over in microseconds; so many of it have
    /// ended and are not measured yet.
    tiny: bool,
    pub(super) brisk: bool,
    /// The line knows that it is.
    pub(super) counted: bool,
    unmeasured: u32,
    begun: u32,
    /// So many were begun that have waited since then, and are not measured yet.
    alike: u64,
    since: At,
    /// It waits for work; and keeps the time while it does.
    pub(super) idle: bool,
    pub(super) keeper: bool,
}

impl<J> Batch<J> {
    /// `single`: a job at a time, always, since each takes long to hand over.
    pub(crate) fn new(number: usize, single: bool) -> Self {
        let now = At::now();
        Batch {
            number,
            batch: VecDeque::new(),
            settled: Vec::new(),
            done: 0,
            gone: Vec::new(),
            times: Box::default(),
            places: 0,
            running: None,
            size: 1,
            most: if single { 1 } else { MOST },
            claimed: now,
            ended: now,
            taken: 0,
            waited: false,
            tiny: false,
            brisk: false,
            counted: false,
            unmeasured: 0,
            begun: 0,
            alike: 0,
            since: now,
            idle: false,
            keeper: false,
        }
    }

    /// It is to be filled with so many.
    pub(super) fn claimed_at(&mut self, now: At, count: usize) {
        (self.claimed, self.ended, self.begun) = (now, now, 0);
        self.brisk = self.tiny && count >= BRISK;
    }

    /// How many of those that are ready it takes. Tiny ones are not shared: they are done before another worker would be awake.
    pub(super) fn share(&self, ready: usize, workers: usize) -> usize {
        if self.tiny { self.size } else { self.size.min((ready / workers).max(1)) }
    }

    /// When the next job begins, or the last one has begun, as far as anybody looked.
    pub(crate) fn last_look(&self) -> Instant {
        self.ended.instant()
    }

    /// The batch is over: what was not measured job by job is now.
    pub(super) fn finish(&mut self, now: At) {
        self.brisk = false;
        if self.begun == 0 {
            return;
        }
        self.measure_waits();
        if self.unmeasured > 0 {
            self.measure(now, self.unmeasured);
            self.ended = now;
        }
        self.tiny = self.ended.nanos_since(self.claimed) < TINY * u64::from(self.begun);
        self.begun = 0;
    }

    /// So many have taken all the time since the claim.
    fn measure(&mut self, now: At, jobs: u32) -> u64 {
        let each = now.nanos_since(self.claimed) / u64::from(jobs.max(1));
        self.times.run.record_many(each, self.unmeasured.into());
        self.unmeasured = 0;
        each
    }

    /// The job that was begun has to wait: it is no batch's any more.
    pub(super) fn waits(&mut self, now: At) {
        self.measure_waits();
        if self.brisk {
            let each = self.measure(now, self.unmeasured + 1);
            self.ended = now.before(each);
        }
        (self.waited, self.tiny, self.brisk) = (true, false, false);
    }

    /// The job that begins next.
    #[inline]
    pub(crate) fn next(&self) -> Option<&WaitingJob<J>> {
        self.batch.front()
    }

    /// It begins.
    #[inline]
    pub(crate) fn begin(&mut self) -> Option<J> {
        let WaitingJob { head, job } = self.batch.pop_front()?;
        self.places += usize::from(head.place);
        self.taken += 1;
        self.begun += 1;
        if head.since != self.since {
            self.measure_waits();
            self.since = head.since;
        }
        self.alike += 1;
        self.running = Some(head);
        Some(job)
    }

    /// All of one moment have waited for the same time.
    fn measure_waits(&mut self) {
        self.times
            .in_queue
            .record_many(self.claimed.nanos_since(self.since), std::mem::take(&mut self.alike));
    }

    /// How many jobs were begun since this was asked last.
    pub(crate) fn took_up(&mut self) -> u64 {
        std::mem::take(&mut self.taken)
    }

    /// The job that was begun is done.
    #[inline]
    pub(crate) fn done(&mut self) {
        match self.running.take() {
            Some(JobMeta { rest: None, .. }) => {
                self.done += 1;
                self.ended();
            }
            head => self.book(head, Disposition::Done),
        }
    }

    /// The job that was begun has ended.
    pub(crate) fn end(&mut self, how: Disposition<J>) {
        let head = self.running.take();
        self.book(head, how);
    }

    fn book(&mut self, head: Option<JobMeta>, how: Disposition<J>) {
        self.settled.extend(head.map(|head| Completion { head, how }));
        self.ended();
    }

    fn ended(&mut self) {
        if self.brisk {
            self.unmeasured += 1;
        } else {
            let now = At::now();
            self.times.run.record(now.nanos_since(self.ended));
            self.ended = now;
        }
    }

    #[cfg(test)]
    pub(super) fn is_quick(&mut self) {
        (self.waited, self.ended) = (false, self.claimed);
    }

    /// What becomes of the last job that ended, which is not booked then.
    pub(crate) fn outcome(&mut self) -> Disposition<J> {
        self.settled.pop().map_or(Disposition::Done, |settled| settled.how)
    }

    /// Judges the batch before the next one: whether it took long without ever waiting, so that others should run first.
    pub(super) fn adapt(&mut self) -> bool {
        let long = self.ended.nanos_since(self.claimed) > SHORT;
        self.size = if long || self.waited { 1 } else { (self.size * 2).min(self.most) };
        long && !std::mem::take(&mut self.waited)
    }
}
