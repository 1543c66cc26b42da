//! A run has ended, or its time is over: what is remembered of it, and what a failure means for the schedule and for the host.

use tracing::Span;

use super::history::RunOutcome;
use super::options::{FailureLevel, OnRunFailure};
use super::run::{Attempts, Run, RunEnd};
use super::state::TimerState;
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::service::Triggered;
use crate::time::clock::Instant;

impl TimerState {
    /// A failure that the schedule does not survive is left in `failed`.
    pub(super) fn finish(&mut self, mut run: Run, ran: RunEnd, now: Instant) {
        match ran {
            RunEnd::Ended(outcome) => {
                self.busy_until = Some(now);
                if self.due_times.ended(now) {
                    self.advance();
                }
                match run.is_recorded {
                    false => self.record(&mut run, outcome, now),
                    true => self.thread_ended(outcome),
                }
            }
            RunEnd::TimedOut(failure, thread) => {
                self.record(&mut run, Err(failure), now);
                self.keep(Run { is_recorded: true, ..run }, Attempts::Thread(thread));
            }
        }
    }

    /// How the thread of a run ended that had timed out. A panic, and what would stop the host, still matters.
    fn thread_ended(&mut self, outcome: RunResult) {
        let Err(failure) = outcome else { return };
        if !failure.is_fatal() && !failure.is_panic() {
            return;
        }
        let failure = failure.during("after it had timed out");
        if failure.is_fatal() {
            self.failed.get_or_insert(failure);
        } else {
            tracing::error!(target: "hostkit", error = %failure, "run failed; the schedule goes on");
            self.context.record.failed(failure);
        }
    }

    fn record(&mut self, run: &mut Run, outcome: RunResult, now: Instant) {
        let (took, history) = (now.saturating_duration_since(run.started), &self.definition.control.history);
        let Err(failure) = outcome else {
            history.ran(&run.due, run.late, took, RunOutcome::Done, None);
            self.failures_in_a_row = 0;
            if let Some(reply) = run.reply.take() {
                reply.send(Triggered::Done);
            }
            return;
        };
        let _entered = run.span.as_deref().map(Span::enter);
        history.ran(&run.due, run.late, took, RunOutcome::Failed, Some(failure.clone()));
        if let Some(reply) = run.reply.take() {
            reply.send(Triggered::Failed(failure.clone()));
        }
        if let Err(failure) = self.judge(failure) {
            self.failed.get_or_insert(failure);
        }
    }

    /// Logs and keeps a failure that the schedule survives. Any other is the error.
    fn judge(&mut self, failure: Failure) -> RunResult {
        self.failures_in_a_row += 1;
        let (options, record) = (&self.definition.options, &self.context.record);
        let in_a_row = self.failures_in_a_row;
        let stopping =
            failure.is_by_stop_of(self.context.shared.id) && self.context.shared.closing.is_raised();
        if (record.signal().is_raised() || stopping) && !failure.is_firm() {
            tracing::warn!(target: "hostkit", error = %failure, "ended with an error after it was asked to stop");
            record.keep(failure);
            return Ok(());
        }
        if failure.is_fatal() || options.on_failure == OnRunFailure::Stop {
            return Err(failure);
        }
        if options.max_failures.is_some_and(|max| in_a_row >= max) {
            return Err(failure.during(&format!("{in_a_row} failures in a row, the last one")));
        }
        log_failed(options.failure_level, &failure, in_a_row);
        record.failed(failure);
        Ok(())
    }
}

fn log_failed(level: FailureLevel, failure: &Failure, in_a_row: u32) {
    const TEXT: &str = "run failed; the schedule goes on";
    match level {
        FailureLevel::Error => tracing::error!(target: "hostkit", error = %failure, in_a_row, "{TEXT}"),
        FailureLevel::Warn => tracing::warn!(target: "hostkit", error = %failure, in_a_row, "{TEXT}"),
        FailureLevel::Info => tracing::info!(target: "hostkit", error = %failure, in_a_row, "{TEXT}"),
    }
}
