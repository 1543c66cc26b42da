//! A run has ended: what is remembered of it, and what a failure means for the schedule and for the host.

use super::fire::Fire;
use super::history::RunOutcome;
use super::options::OnRunFailure;
use super::run::Run;
use crate::at::At;
use crate::failure::Failure;
use crate::outcome::RunResult;
use crate::service::Triggered;

impl Fire {
    /// A failure that the schedule does not survive is left for the timer's task to find.
    pub(super) fn ended(&mut self, run: Run, outcome: RunResult, now: At) {
        self.busy_until = Some(now);
        if self.line.ended(now) {
            self.expect();
        }
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
        if let Some(answer) = run.answer {
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
        if record.signal().is_raised() && !failure.is_firm() {
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
        tracing::error!(target: "hostkit", error = %failure, in_a_row, "run failed; the schedule goes on");
        record.failed(failure);
        Ok(())
    }
}
