//! One run from its beginning to its end: what is remembered of it, and what a failure means for the schedule and for the host.

use std::task::{Context as Cx, Poll};
use std::time::Duration;

use tracing::Span;

use super::attempts::{Attempts, RunEnd};
use super::history::RunOutcome;
use super::options::{FailureLevel, OnRunFailure, Overlap};
use super::state::TimerState;
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::service::Triggered;
use crate::service::control::TriggerReply;
use crate::time::clock::{self, Instant};
use crate::time::clock_reading::ClockReading;
use crate::time::tick_info::{Cause, TickInfo};

/// A run that has not begun.
pub(super) struct PendingRun {
    pub(super) due: ClockReading,
    /// How many due times before this one it makes up for.
    pub(super) missed: u64,
    pub(super) cause: Cause,
    /// For a trigger, the way back to its caller.
    pub(super) reply: Option<TriggerReply>,
}

impl PendingRun {
    pub(super) fn scheduled(due: ClockReading, missed: u64, cause: Cause) -> Self {
        PendingRun { due, missed, cause, reply: None }
    }
}

/// A run that is under way, without its work.
pub(super) struct Run {
    pub(super) due: TickInfo,
    pub(super) started: Instant,
    /// How long after it was due.
    pub(super) late: Duration,
    /// For a trigger, the way back to its caller.
    pub(super) reply: Option<TriggerReply>,
    /// It has timed out and is recorded: only its thread goes on.
    pub(super) is_recorded: bool,
    /// Carries the due time. None where no subscriber listens.
    pub(super) span: Option<Box<Span>>,
}

impl TimerState {
    /// Begins a run and polls it at once: most end there.
    pub(super) fn run(&mut self, pending: PendingRun, now: ClockReading, cx: &mut Cx<'_>) {
        let (run, mut work) = self.begin(pending, now);
        if self.definition.options.overlap == Overlap::Allow {
            return self.keep(run, work);
        }
        let ran = {
            let _entered = run.span.as_deref().map(Span::enter);
            work.poll(cx)
        };
        match ran {
            Poll::Ready(ran) => self.finish(run, ran, clock::now()),
            Poll::Pending => self.keep(run, work),
        }
    }

    /// Begins a run that is polled later.
    pub(super) fn start(&mut self, pending: PendingRun, now: ClockReading) {
        let (run, work) = self.begin(pending, now);
        self.keep(run, work);
    }

    /// A run that has begun goes on. With `overlap = "allow"` it has a task of its own.
    pub(super) fn keep(&mut self, run: Run, work: Attempts) {
        match self.definition.options.overlap {
            Overlap::Allow => self.in_flight.spawn(run, work, &self.context),
            _ => self.in_flight.insert(run, work),
        }
    }

    fn begin(&mut self, pending: PendingRun, now: ClockReading) -> (Run, Attempts) {
        self.overran = false;
        let PendingRun { due, missed, cause, reply } = pending;
        let late = now.since(due.instant);
        if cause != Cause::Manual {
            self.due_times.ran(due.wall);
        }
        let due = TickInfo { due: due.wall, number: self.control().history.begin(), missed, cause };
        let span = self.context.record.run_span(&due);
        let work = {
            let _entered = span.as_deref().map(Span::enter);
            match self.definition.options.is_simple() {
                true => Attempts::one(&*self.definition.call, &self.context, &due),
                false => Attempts::several(&self.definition, &self.context, due),
            }
        };
        (Run { due, started: now.instant, late, reply, is_recorded: false, span }, work)
    }

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
            failure.is_by_stop_of(self.context.shared.id) && self.context.shared.closing.is_cancelled();
        if (record.signal().is_cancelled() || stopping) && !failure.is_firm() {
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
