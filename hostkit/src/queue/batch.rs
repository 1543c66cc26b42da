//! What a worker has claimed: the jobs that it has not begun, the one that runs, and what it has yet to report of the others.

use std::collections::VecDeque;

use tokio::task::coop::consume_budget;
use tokio::task::yield_now;

use super::job_meta::{Completion, Disposition, JobMeta, WaitingJob};
use super::job_source::JobSource;
use super::stats::Latency;
use crate::time::at::At;
use crate::time::clock::Instant;

/// Number of jobs that one claim takes at most.
const MAX_JOBS: u64 = 32;
/// What a batch is to take at most, in nanoseconds. After a longer one other tasks have their turns.
const MAX_TIME: u64 = 200_000;
/// What jobs may take together, in nanoseconds, for one worker to run them sooner than another one is awake.
const WAKE_TIME: u64 = 20_000;
/// What the jobs of a batch may take each, in nanoseconds, to be timed together: to read the clock takes as long.
const TINY_TIME: u64 = 1_000;
/// Number of jobs that are worth timing together.
const MIN_TOGETHER: usize = 8;

/// Number of jobs that a worker wants: its share of those that are ready, but at least `alone`, and at most `most`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Want {
    alone: u64,
    most: u64,
    tiny: bool,
}

impl Want {
    const ONE: Want = Want { alone: 1, most: 1, tiny: false };

    /// After a batch of which the longest job took this many nanoseconds.
    fn after(longest: u64) -> Self {
        let most = (MAX_TIME / longest.max(1)).clamp(1, MAX_JOBS);
        Want { alone: (WAKE_TIME / longest.max(1)).clamp(1, most), most, tiny: longest <= TINY_TIME }
    }

    pub(super) fn of(self, ready: usize, workers: usize) -> usize {
        let share = (ready / workers.max(1)) as u64;
        share.clamp(self.alone, self.most) as usize
    }

    /// Whether a batch of this many jobs is timed as a whole, since it is over within microseconds.
    pub(super) fn together(self, count: usize) -> bool {
        self.tiny && count >= MIN_TOGETHER
    }
}

/// What became of claimed jobs, until the source has taken it over.
pub(crate) struct BatchReport<J> {
    /// Number of jobs that are done and of which nothing else is to be booked.
    pub(super) done: usize,
    /// The others.
    pub(super) completions: Vec<Completion<J>>,
    /// Number of jobs that have begun, and take no room any more.
    pub(super) permits: usize,
    pub(super) time_in_queue: Box<Latency>,
    pub(super) run_time: Box<Latency>,
    /// Dead jobs that the source has forgotten: the worker drops them, where no lock is held.
    pub(crate) forgotten: Vec<J>,
}

/// The jobs of one worker.
pub(crate) struct Batch<J> {
    /// The worker's number, from 0: when there are to be fewer, those with the highest end.
    worker: usize,
    pub(super) jobs: VecDeque<WaitingJob<J>>,
    pub(crate) report: BatchReport<J>,
    /// The job that has begun and not ended.
    pub(crate) running: Option<JobMeta>,
    claimed: At,
    /// When the last job ended; at first, when the batch was claimed.
    ended: At,
    /// What the longest job of the batch took, in nanoseconds.
    longest: u64,
    /// The jobs are timed together.
    together: bool,
    /// Number of jobs that have ended since `ended`.
    untimed: u32,
    /// A job of the batch had to wait.
    waited: bool,
    want: Want,
    /// A job at a time, always, since each takes long to hand over.
    single: bool,
    /// Number of jobs that were begun since [`take_begun`](Batch::take_begun).
    begun: u64,
}

impl<J: Send> Batch<J> {
    pub(crate) fn new(worker: usize, single: bool) -> Self {
        let now = At::now();
        Batch {
            worker,
            jobs: VecDeque::new(),
            report: BatchReport {
                done: 0,
                completions: Vec::new(),
                permits: 0,
                time_in_queue: Box::default(),
                run_time: Box::default(),
                forgotten: Vec::new(),
            },
            running: None,
            claimed: now,
            ended: now,
            longest: u64::MAX,
            together: false,
            untimed: 0,
            waited: true,
            want: Want::ONE,
            single,
            begun: 0,
        }
    }

    /// Reports, and claims the next jobs. `false`: the worker ends.
    pub(crate) async fn claim(&mut self, source: &impl JobSource<J>) -> bool {
        self.time();
        if self.ended.nanos_since(self.claimed) > MAX_TIME && !self.waited {
            yield_now().await;
        } else {
            consume_budget().await;
        }
        if !self.single {
            self.want = Want::after(self.longest);
        }
        let claimed = source.claim(self.worker, self.want, &mut self.report, &mut self.jobs).await;
        let Some(now) = claimed.map(At::of) else { return false };
        self.together = self.want.together(self.jobs.len());
        (self.claimed, self.ended, self.longest, self.waited) = (now, now, 0, false);
        true
    }

    /// The job that runs has to wait: reports, and gives back what was not begun, so that other workers can run it.
    pub(crate) fn release(&mut self, source: &impl JobSource<J>) {
        self.time();
        (self.waited, self.longest, self.together) = (true, u64::MAX, false);
        self.give_back();
        source.complete(&mut self.report);
    }

    /// The worker is gone, wherever it was: what it had begun is interrupted.
    pub(crate) fn leave(&mut self, source: &impl JobSource<J>) {
        self.time();
        if let Some(meta) = self.running.take() {
            self.report.completions.push(Completion { meta, disposition: Disposition::Interrupted });
        }
        self.give_back();
        source.complete(&mut self.report);
    }

    /// From the last to the first: each goes to the front.
    fn give_back(&mut self) {
        while let Some(WaitingJob { meta, job }) = self.jobs.pop_back() {
            self.report.completions.push(Completion { meta, disposition: Disposition::Released { job } });
        }
    }

    /// When the last job ended, or the batch was claimed: when the job that runs has begun.
    pub(crate) fn last_ended(&self) -> Instant {
        self.ended.instant()
    }

    /// The job that begins next.
    #[inline]
    pub(crate) fn next(&self) -> Option<&WaitingJob<J>> {
        self.jobs.front()
    }

    /// It begins.
    #[inline]
    pub(crate) fn begin(&mut self) -> Option<J> {
        let WaitingJob { meta, job } = self.jobs.pop_front()?;
        self.report.permits += usize::from(meta.has_permit);
        self.report.time_in_queue.record(self.ended.nanos_since(meta.since));
        self.begun += 1;
        self.running = Some(meta);
        Some(job)
    }

    pub(crate) fn take_begun(&mut self) -> u64 {
        std::mem::take(&mut self.begun)
    }

    /// The job that runs is done.
    #[inline]
    pub(crate) fn done(&mut self) {
        match self.running.take() {
            Some(JobMeta { extra: None, .. }) => {
                self.report.done += 1;
                self.ended();
            }
            meta => self.complete(meta, Disposition::Done),
        }
    }

    /// The job that runs has ended.
    pub(crate) fn end(&mut self, disposition: Disposition<J>) {
        let meta = self.running.take();
        self.complete(meta, disposition);
    }

    fn complete(&mut self, meta: Option<JobMeta>, disposition: Disposition<J>) {
        self.report.completions.extend(meta.map(|meta| Completion { meta, disposition }));
        self.ended();
    }

    #[inline]
    fn ended(&mut self) {
        self.untimed += 1;
        if !self.together {
            self.time();
        }
    }

    /// Times the jobs that have ended since the clock was last read.
    fn time(&mut self) {
        if self.untimed > 0 {
            let now = At::now();
            let took = now.nanos_since(self.ended) / u64::from(self.untimed);
            self.report.run_time.record_many(took, self.untimed.into());
            self.longest = self.longest.max(took);
            (self.ended, self.untimed) = (now, 0);
        }
    }

    /// What becomes of the last job that ended, which is not reported then.
    pub(crate) fn take_disposition(&mut self) -> Disposition<J> {
        self.report.completions.pop().map_or(Disposition::Done, |completion| completion.disposition)
    }

    #[cfg(test)]
    pub(super) fn is_quick(&mut self) {
        (self.ended, self.longest, self.untimed) = (self.claimed, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_jobs_come_in_many_and_long_ones_one_by_one() {
        assert_eq!(Want::after(100).of(1000, 4), 32);
        assert_eq!(Want::after(100).of(3, 4), 32, "not worth another worker");
        assert_eq!(Want::after(10_000).of(40, 4), 10);
        assert_eq!(Want::after(10_000).of(3, 4), 2);
        assert_eq!(Want::after(1_000_000).of(1000, 4), 1);
        assert!(Want::after(100).together(32) && !Want::after(100).together(2));
        assert!(!Want::after(10_000).together(32));
    }
}
