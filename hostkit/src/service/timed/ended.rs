//! A run has ended: what is remembered of it, and what a failure means for the schedule and for the host.

use tracing::Span;

use super::fire::Fire;
use super::history::RunOutcome;
use super::options::{FailureLevel, OnRunFailure};
use super::run::{Attempts, Ran, Run};
use crate::at::At;
use crate::failure::Failure;
use crate::outcome::RunResult;
use crate::service::Triggered;

impl Fire {
    /// A failure that the schedule does not survive is left for the timer's task to find.
    pub(super) fn ended(&mut self, mut run: Run, ran: Ran, now: At) {
        match ran {
            Ran::Ended(outcome) => {
                self.busy_until = Some(now);
                if self.line.ended(now) {
                    self.expect();
                }
                match run.is_booked {
                    false => self.book(&mut run, outcome, now),
                    true => self.thread_ended(outcome),
                }
            }
            Ran::TimedOut(failure, thread) => {
                self.book(&mut run, Err(failure), now);
                self.going.push(Run { is_booked: true, work: Attempts::Thread(thread), ..run });
                self.waker.wake_by_ref(); // it is to be polled in its turn
            }
        }
    }

    /// What its thread came to after the run had failed: what matters of that now is what would stop the host, and panics.
    fn thread_ended(&mut self, outcome: RunResult) {
        let Err(failure) = outcome else { return };
        if !failure.is_fatal() && !failure.is_panic() {
            return;
        }
        let failure = failure.during("after it had timed out");
        if failure.is_fatal() {
            self.rest.failed.get_or_insert(failure);
            self.waker.wake_by_ref();
        } else {
            tracing::error!(target: "hostkit", error = %failure, "run failed; the schedule goes on");
            self.rest.context.record.failed(failure);
        }
    }

    fn book(&mut self, run: &mut Run, outcome: RunResult, now: At) {
        let span = run.span.clone();
        let _entered = span.as_deref().map(Span::enter);
        let (took, history) = (now.since(run.started), &self.control.history);
        let failure = match outcome {
            Ok(()) => {
                history.ran(&run.due, run.late, took, RunOutcome::Done, None);
                self.in_a_row = 0;
                None
            }
            Err(failure) => {
                history.ran(&run.due, run.late, took, RunOutcome::Failed, Some(failure.clone()));
                Some(failure)
            }
        };
        if let Some(answer) = run.answer.take() {
            answer.say(failure.clone().map_or(Triggered::Done, Triggered::Failed));
        }
        if let Some(Err(failure)) = failure.map(|failure| self.judge(failure)) {
            self.rest.failed.get_or_insert(failure);
            self.waker.wake_by_ref();
        }
    }

    /// A failure that the schedule survives is told and kept here; any other is handed on, and stops the host.
    fn judge(&mut self, failure: Failure) -> RunResult {
        self.in_a_row += 1;
        let (options, in_a_row, record) =
            (&self.rest.timer.options, self.in_a_row, &self.rest.context.record);
        let stopping = failure.is_by_stop() && self.rest.context.shared.closing.is_raised();
        if (record.signal().is_raised() || stopping) && !failure.is_firm() {
            tracing::warn!(target: "hostkit", error = %failure, "ended with an error after it was told to stop");
            record.keep(failure);
            return Ok(());
        }
        if failure.is_fatal() || options.on_failure == OnRunFailure::Stop {
            return Err(failure);
        }
        if options.max_failures.is_some_and(|max| in_a_row >= max) {
            return Err(failure.during(&format!("{in_a_row} failures in a row, the last one")));
        }
        tell_failed(options.failure_level, &failure, in_a_row);
        record.failed(failure);
        Ok(())
    }
}

fn tell_failed(level: FailureLevel, failure: &Failure, in_a_row: u32) {
    const TEXT: &str = "run failed; the schedule goes on";
    match level {
        FailureLevel::Error => tracing::error!(target: "hostkit", error = %failure, in_a_row, "{TEXT}"),
        FailureLevel::Warn => tracing::warn!(target: "hostkit", error = %failure, in_a_row, "{TEXT}"),
        FailureLevel::Info => tracing::info!(target: "hostkit", error = %failure, in_a_row, "{TEXT}"),
    }
}
