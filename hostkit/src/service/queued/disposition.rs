//! An attempt that failed in; what becomes of its job, and a line of the log, out.

use hostkit_grammar::duration::show;

use super::handler_config::HandlerConfig;
use super::work::AttemptFailure;
use crate::outcome::failure::Failure;
use crate::outcome::stopped_mark::HostId;
use crate::queue::{Disposition, JobId, RetryCopies, VerdictKind};
use crate::state::ServiceRecord;

/// An attempt that has failed.
pub(super) struct FailedAttempt<'a> {
    pub(super) id: JobId,
    /// Its number, from 1.
    pub(super) number: u32,
    /// The job had asked for the stop signal, which is raised.
    pub(super) heard_stop: bool,
    /// The host stops, whether the job had asked for the signal or not.
    pub(super) stopping: bool,
    pub(super) host: HostId,
    pub(super) record: &'a ServiceRecord,
}

impl FailedAttempt<'_> {
    /// What becomes of the job; and the failure, if it stops the host.
    pub(super) fn disposition<T>(
        &self,
        config: &HandlerConfig<T>,
        copies: &mut RetryCopies<T>,
        AttemptFailure { failure, verdict }: AttemptFailure,
    ) -> (Disposition<T>, Option<Failure>) {
        if failure.is_fatal() {
            tracing::error!(target: "hostkit", job = %self.id, error = %failure, "failed for good: the job is dead, and the host stops");
            return (Disposition::Dead { job: copies.give().ok(), failure: failure.clone() }, Some(failure));
        }
        if let Some(VerdictKind::Snooze(wait)) = verdict {
            return (self.snoozed(copies, wait), None);
        }
        if self.heard_stop && verdict.is_none() && !failure.is_firm() {
            tracing::warn!(target: "hostkit", job = %self.id, error = %failure, "ended with an error after it was told to stop: the job is left over");
            return (Disposition::Interrupted, None);
        }
        if self.stopping && verdict.is_none() && failure.is_by_stop_of(self.host) {
            tracing::warn!(target: "hostkit", job = %self.id, error = %failure, "interrupted by the stop: the job is left over");
            return (Disposition::Interrupted, None);
        }
        (self.failed(config, copies, failure, verdict), None)
    }

    fn snoozed<T>(&self, copies: &mut RetryCopies<T>, wait: std::time::Duration) -> Disposition<T> {
        match copies.give() {
            Ok(job) => {
                tracing::debug!(target: "hostkit", job = %self.id, "snoozed for {}", show(wait));
                Disposition::Snooze { job, after: wait }
            }
            Err(lost) => {
                let failure = lost.during("it can't be snoozed");
                tracing::error!(target: "hostkit", job = %self.id, error = %failure, "the job is dead");
                self.record.failed(failure.clone());
                Disposition::Dead { job: None, failure }
            }
        }
    }

    fn failed<T>(
        &self,
        config: &HandlerConfig<T>,
        copies: &mut RetryCopies<T>,
        failure: Failure,
        verdict: Option<VerdictKind>,
    ) -> Disposition<T> {
        let (number, max) = (self.number, config.attempts());
        let copy = copies.give();
        let failure = match &copy {
            Err(lost) if number < max && verdict != Some(VerdictKind::Discard) => {
                config.warn_of_copies(lost);
                failure.and(&format!("there is no other attempt: {lost}"))
            }
            _ => failure,
        };
        self.record.failed(failure.clone());
        if verdict == Some(VerdictKind::Discard) {
            tracing::error!(target: "hostkit", job = %self.id, error = %failure, "attempt {number} of {max} failed: the job is discarded, and dead");
            return Disposition::Dead { job: copy.ok(), failure };
        }
        if number >= max {
            tracing::error!(target: "hostkit", job = %self.id, error = %failure, "attempt {number} of {max} failed: the job is dead");
            return Disposition::Dead { job: copy.ok(), failure };
        }
        let Ok(job) = copy else {
            tracing::error!(target: "hostkit", job = %self.id, error = %failure, "attempt {number} of {max} failed: the job is dead");
            return Disposition::Dead { job: None, failure };
        };
        let after = match verdict {
            Some(VerdictKind::RetryAfter(wait)) => wait,
            _ => config.backoff.delay(number - 1),
        };
        tracing::info!(target: "hostkit", job = %self.id, error = %failure, "attempt {number} of {max} failed: the next in {after:.1?}");
        Disposition::Retry { job, after, failure }
    }
}
