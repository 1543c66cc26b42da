//! How one service fared: taken from its record.

use std::fmt;
use std::time::Duration;

use crate::host::plan::planned::Service;
use crate::outcome::failure::Failure;
use crate::outcome::result::Ending;
use crate::outcome::text::Escaped;
use crate::registry::Origin;
use crate::service::Counts;
use crate::state::State;

/// How one service fared.
#[derive(Debug, Clone)]
pub struct ServiceReport {
    name: String,
    kind: &'static str,
    origin: Origin,
    state: State,
    runs: u64,
    failures: u64,
    restarts: u32,
    stalls: u32,
    timer: Option<TimerReport>,
    queue: Option<QueueReport>,
    last_error: Option<Failure>,
    start_took: Option<Duration>,
    stop_took: Option<Duration>,
    blamed: bool,
}

/// What was counted of a timer.
#[derive(Debug, Clone)]
pub struct TimerReport(Counts);

/// What is left of the jobs of a queue.
#[derive(Debug, Clone)]
pub struct QueueReport {
    left_over: usize,
    dead_jobs: usize,
}

impl ServiceReport {
    pub(crate) fn of(service: &Service) -> Self {
        let record = &service.record;
        ServiceReport {
            name: record.name().to_owned(),
            kind: service.kind,
            origin: service.origin,
            state: record.state(),
            runs: service.runs(),
            failures: record.failures(),
            restarts: record.restarts(),
            stalls: record.stalls(),
            timer: service.timer.as_ref().map(|timer| TimerReport(timer.history.counts())),
            queue: service
                .queue
                .as_ref()
                .map(|queue| QueueReport { left_over: queue.left(), dead_jobs: queue.dead_count() }),
            last_error: record.last_failure(),
            start_took: record.start_took(),
            stop_took: record.stop_took(),
            blamed: record.is_blamed(),
        }
    }

    pub(crate) fn is_blamed(&self) -> bool {
        self.blamed
    }

    /// How many jobs are left over, and how many are dead.
    pub(super) fn jobs(&self) -> (usize, usize) {
        self.queue.as_ref().map_or((0, 0), |queue| (queue.left_over, queue.dead_jobs))
    }

    pub(crate) fn is_worth_a_line(&self) -> bool {
        self.last_error.is_some()
            || matches!(self.ending(), Some(Ending::Failed | Ending::Aborted))
            || self.stalls > 0
            || self.timer.as_ref().is_some_and(|timer| timer.overdue() > 0)
            || self.jobs() != (0, 0)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The attribute that it has or would have: `hosted_service`, `timed`, `queued`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Where it was declared.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// How it ended; nothing when it never started.
    pub fn ending(&self) -> Option<Ending> {
        self.state.ending()
    }

    /// How often it ran.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// How often it failed.
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// How often it was restarted.
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    /// How often it held an executor thread for too long.
    pub fn stalls(&self) -> u32 {
        self.stalls
    }

    /// What was counted of its timer, for a timed service.
    pub fn timer(&self) -> Option<&TimerReport> {
        self.timer.as_ref()
    }

    /// What is left of its jobs, for a queued service.
    pub fn queue(&self) -> Option<&QueueReport> {
        self.queue.as_ref()
    }

    /// Its last failure, also one that a policy recovered from.
    pub fn last_error(&self) -> Option<&Failure> {
        self.last_error.as_ref()
    }

    /// From the start of its level until it had started.
    pub fn start_took(&self) -> Option<Duration> {
        self.start_took
    }

    /// From being told to stop until it had ended.
    pub fn stop_took(&self) -> Option<Duration> {
        self.stop_took
    }
}

impl TimerReport {
    /// How many runs were still going when the next due time came, whatever became of that.
    pub fn overruns(&self) -> u64 {
        self.0.overruns
    }

    /// How many due times were skipped: because the run before was still going, or because the timer was paused.
    pub fn skipped(&self) -> u64 {
        self.0.skipped()
    }

    /// How many of the [`skipped`](TimerReport::skipped) due times were skipped because it was paused.
    pub fn skipped_paused(&self) -> u64 {
        self.0.paused
    }

    /// How many due times were missed, because the process could not run or the wall clock leapt over them.
    pub fn missed(&self) -> u64 {
        self.0.missed
    }

    /// How many runs began more than a second late.
    pub fn late(&self) -> u64 {
        self.0.late
    }

    /// How often a due time passed without anything happening.
    pub fn overdue(&self) -> u64 {
        self.0.overdue
    }
}

impl QueueReport {
    /// How many jobs it had accepted and not done, when the host had no more time for them.
    pub fn left_over(&self) -> usize {
        self.left_over
    }

    /// How many dead jobs it keeps: those that no attempt is left for.
    pub fn dead_jobs(&self) -> usize {
        self.dead_jobs
    }
}

impl fmt::Display for ServiceReport {
    /// `poller: failed after 3 runs, 2 failures, 1 restart; last error: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = |count: u64| if count == 1 { "" } else { "s" };
        let ending = self.ending().map_or("never started", Ending::as_str);
        write!(f, "{}: {ending} after {} run{}", self.name, self.runs, s(self.runs))?;
        if self.failures > 0 {
            write!(f, ", {} failure{}", self.failures, s(self.failures))?;
        }
        if self.restarts > 0 {
            write!(f, ", {} restart{}", self.restarts, s(self.restarts.into()))?;
        }
        if self.stalls > 0 {
            write!(
                f,
                ", held its executor thread for too long {} time{}",
                self.stalls,
                s(self.stalls.into())
            )?;
        }
        if let Some(TimerReport(counts)) = self.timer.as_ref().filter(|timer| !timer.0.is_empty()) {
            write!(f, ", {counts}")?;
        }
        let (left_over, dead) = self.jobs();
        if left_over > 0 {
            write!(f, ", {left_over} job{} left over", s(left_over as u64))?;
        }
        if dead > 0 {
            write!(f, ", {dead} dead job{}", s(dead as u64))?;
        }
        if let (Some(Ending::Aborted), Some(given)) = (self.ending(), self.stop_took) {
            write!(f, ", was given {given:.1?} to stop")?;
        }
        match &self.last_error {
            Some(failure) => write!(f, "; last error: {}", Escaped(failure)),
            None => Ok(()),
        }
    }
}
