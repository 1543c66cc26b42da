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
    counts: Counts,
    last_error: Option<Failure>,
    start_took: Option<Duration>,
    stop_took: Option<Duration>,
    blamed: bool,
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
            counts: service.counts(),
            last_error: record.last_failure(),
            start_took: record.start_took(),
            stop_took: record.stop_took(),
            blamed: record.is_blamed(),
            left_over: 0,
            dead_jobs: 0,
        }
    }

    /// Adds what the queues have left, also while they are at work.
    #[cfg(feature = "queue")]
    pub(crate) fn with_left_over(
        mut reports: Vec<Self>,
        core: &crate::host::view::state::HostState,
    ) -> Vec<Self> {
        for queue in &core.draining {
            if let Some(report) = reports.iter_mut().find(|report| report.name == queue.name) {
                report.left_over = queue.steer.left();
                report.dead_jobs = queue.steer.stats().dead;
            }
        }
        reports
    }

    pub(crate) fn is_blamed(&self) -> bool {
        self.blamed
    }

    pub(crate) fn is_worth_a_line(&self) -> bool {
        self.last_error.is_some()
            || matches!(self.ending(), Some(Ending::Failed | Ending::Aborted))
            || self.stalls > 0
            || self.counts.overdue > 0
            || self.left_over > 0
            || self.dead_jobs > 0
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

    /// How many runs of a timed service were still going when the next due time came, whatever became of that.
    pub fn overruns(&self) -> u64 {
        self.counts.overruns
    }

    /// How many due times of a timed service were skipped: because the run before was still going, or because it was paused.
    pub fn skipped(&self) -> u64 {
        self.counts.skipped()
    }

    /// How many of the [`skipped`](ServiceReport::skipped) due times were skipped because it was paused.
    pub fn skipped_paused(&self) -> u64 {
        self.counts.paused
    }

    /// How many due times of a timed service were missed, because the process could not run.
    pub fn missed(&self) -> u64 {
        self.counts.missed
    }

    /// How many runs of a timed service began more than a second late.
    pub fn late(&self) -> u64 {
        self.counts.late
    }

    /// How often a due time of a timed service passed without anything happening.
    pub fn overdue(&self) -> u64 {
        self.counts.overdue
    }

    /// How many jobs a queued service had accepted and not done, when the host had no more time for them.
    pub fn left_over(&self) -> usize {
        self.left_over
    }

    /// How many dead jobs a queued service keeps: those that no attempt is left for.
    pub fn dead_jobs(&self) -> usize {
        self.dead_jobs
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
        if !self.counts.is_empty() {
            write!(f, ", {}", self.counts)?;
        }
        if self.left_over > 0 {
            write!(f, ", {} job{} left over", self.left_over, s(self.left_over as u64))?;
        }
        if self.dead_jobs > 0 {
            write!(f, ", {} dead job{}", self.dead_jobs, s(self.dead_jobs as u64))?;
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
