//! Due times in, runs out: what becomes of one that is in time, meets a run, comes late, or comes while the timer is paused.

use std::task::Context as Cx;
use std::time::Duration;

use tracing::Span;

use super::history::RunOutcome;
use super::options::{Missed, Overlap};
use super::run::PendingRun;
use super::state::TimerState;
use crate::schedule::TakenDueTimes;
use crate::service::Triggered;
use crate::time::clock::{self, Instant};
use crate::time::clock_reading::ClockReading;
use crate::time::tick_info::Cause;

/// A run that begins this long after its due time is counted as late.
const LATE: Duration = Duration::from_secs(1);

/// Why a due time does not run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SkipCause {
    Overlap,
    Paused,
}

impl TimerState {
    /// Takes the due times that have passed, and begins a run if one is to begin at once.
    pub(super) fn fire(&mut self, now: ClockReading, cx: &mut Cx<'_>) {
        // With jitter, the due times up to the one whose time it is now.
        let reach = if self.jitter.is_zero() { now } else { now.earlier(self.jitter) };
        let Some(taken) = self.due_times.take(reach) else { return self.publish_next() };
        let pending = self.dispatch(taken, now, reach.instant);
        if pending.is_none() && self.in_flight.is_empty() && self.backlog.is_empty() {
            self.due_times.ended(now.instant); // no run will end, and a fixed delay counts from an end
        }
        self.advance(); // before the run, which may hold its thread
        if let Some(pending) = pending {
            self.run(pending, now, cx);
        }
    }

    /// The run that is to begin at once for these due times, if one is.
    fn dispatch(&mut self, taken: TakenDueTimes, now: ClockReading, reach: Instant) -> Option<PendingRun> {
        let met = self.count_met(taken);
        if self.is_paused {
            self.skip(taken.count, SkipCause::Paused);
            return None;
        }
        match met {
            0 => self.dispatch_free(taken, now, reach),
            met => self.dispatch_met(taken, met, now, reach),
        }
    }

    /// How many of these due times met a run that was still going.
    fn count_met(&mut self, taken: TakenDueTimes) -> u64 {
        let met = if self.in_flight.is_empty() {
            let busy = self.busy_until.and_then(|busy| busy.checked_sub(self.jitter));
            busy.map_or(0, |busy| self.due_times.before(taken, busy))
        } else {
            taken.count
        };
        if met > 0 && !std::mem::replace(&mut self.overran, true) {
            self.control().history.count(|counts| counts.overruns += 1);
        }
        met
    }

    /// The first `met` of them met a run.
    fn dispatch_met(
        &mut self,
        taken: TakenDueTimes,
        met: u64,
        now: ClockReading,
        reach: Instant,
    ) -> Option<PendingRun> {
        let last = PendingRun::scheduled(taken.last, 0, Cause::Schedule);
        match self.definition.options.overlap {
            Overlap::Skip => {
                self.skip(met, SkipCause::Overlap);
                let rest = self.due_times.without(taken, met)?;
                return self.dispatch_free(rest, now, reach);
            }
            Overlap::Allow => return self.dispatch_free(taken, now, reach),
            Overlap::Queue if self.backlog.is_empty() => {
                self.skip(taken.count - 1, SkipCause::Overlap);
                self.backlog.push(last);
                self.start_waiting(now);
            }
            Overlap::Queue => self.skip(taken.count, SkipCause::Overlap),
            Overlap::Cancel => {
                self.skip(taken.count - 1, SkipCause::Overlap);
                self.replace(last, now);
            }
        }
        None
    }

    /// No run is in the way; some of the due times may have passed long ago.
    fn dispatch_free(
        &mut self,
        taken: TakenDueTimes,
        now: ClockReading,
        reach: Instant,
    ) -> Option<PendingRun> {
        let history = &self.definition.control.history;
        let late = reach.saturating_duration_since(taken.last.instant);
        let too_late = late > taken.tolerance;
        if late > LATE && !too_late {
            history.count(|counts| counts.late += 1);
        }
        let missed = taken.count - u64::from(!too_late);
        if missed == 0 {
            return Some(PendingRun::scheduled(taken.last, 0, Cause::Schedule));
        }
        history.count(|counts| counts.missed += missed);
        // A timer of a few milliseconds is late by one of them all the time.
        if reach.saturating_duration_since(taken.first.instant) > LATE
            && let Some(missed) = self.warnings.missed.add(missed, now.instant)
        {
            let why = match self.due_times.has_leapt() {
                true => "were skipped by a jump of the wall clock",
                false => "passed while the process could not run",
            };
            tracing::warn!(target: "hostkit", missed, "due times {why}, the last one {late:.1?} ago");
        }
        let cause = if too_late { Cause::CatchUp } else { Cause::Schedule };
        match self.definition.options.missed {
            Missed::Skip if too_late => None,
            Missed::Skip | Missed::Once => Some(PendingRun::scheduled(taken.last, missed, cause)),
            Missed::All => {
                self.backlog.push_each(taken, cause);
                self.start_waiting(now);
                None
            }
        }
    }

    pub(super) fn skip(&mut self, count: u64, cause: SkipCause) {
        if count == 0 {
            return;
        }
        self.control().history.count(|counts| match cause {
            SkipCause::Overlap => counts.overlapped += count,
            SkipCause::Paused => counts.paused += count,
        });
        if cause == SkipCause::Overlap
            && let Some(skipped) = self.warnings.skipped.add(count, clock::now())
        {
            tracing::warn!(target: "hostkit", skipped, "due times are skipped: the previous run is still going");
        }
    }

    /// Begins the run that waits, if none is in its way.
    pub(super) fn start_waiting(&mut self, now: ClockReading) {
        if self.in_flight.is_empty()
            && let Some(pending) = self.backlog.pop(&*self.due_times)
        {
            self.start(pending, now);
        }
    }

    /// Cancels what runs and starts this instead. A thread can't be cancelled: then it waits, in place of whatever waited before.
    pub(super) fn replace(&mut self, pending: PendingRun, now: ClockReading) {
        if self.definition.is_blocking() && !self.in_flight.is_empty() {
            let skipped = self.backlog.cancel(|_| true);
            self.skip(skipped, SkipCause::Overlap);
            self.backlog.push(pending);
        } else {
            self.cancel();
            self.start(pending, now);
        }
    }

    /// Cancels what runs. What a thread does goes on, and nothing looks at it any more.
    pub(super) fn cancel(&mut self) {
        let now = clock::now();
        for (run, work) in self.in_flight.take() {
            let _entered = run.span.as_deref().map(Span::enter);
            if !run.is_recorded {
                let took = now.saturating_duration_since(run.started);
                self.control().history.ran(&run.due, run.late, took, RunOutcome::Cancelled, None);
                if let Some(cancelled) = self.warnings.cancelled.add(1, now) {
                    tracing::warn!(target: "hostkit", cancelled, "run {} was cancelled after {took:.1?}", run.due.number);
                }
            }
            if let Some(reply) = run.reply {
                reply.send(Triggered::Cancelled);
            }
            if let Some(work) = work {
                work.cancel(&self.context.record);
            }
        }
    }
}
