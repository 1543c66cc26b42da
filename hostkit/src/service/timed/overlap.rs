//! Due times in, runs out: what becomes of one that meets a run, comes late, or comes while the timer is paused.

use std::time::Duration;

use tracing::Span;

use super::fire::Fire;
use super::history::RunOutcome;
use super::options::{Missed, Overlap};
use super::waiting::{Ask, Waiting};
use crate::at::At;
use crate::due::Cause;
use crate::now::Now;
use crate::schedule::Taken;
use crate::service::Triggered;

/// A run that begins so late is counted as late.
const LATE: Duration = Duration::from_secs(1);

/// Why a due time is not to run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Skip {
    Overlap,
    Paused,
}

impl Fire {
    /// What is to run at once for these due times, if anything is.
    pub(super) fn taken(&mut self, taken: Taken, now: Now, reach: At) -> Option<Ask> {
        let met = self.met(taken);
        if self.control.history.is_paused() {
            self.passed_paused(taken);
            return None;
        }
        match met {
            0 => self.passed(taken, now, reach),
            met => self.overlapped(taken, met, now, reach),
        }
    }

    pub(super) fn passed_paused(&mut self, taken: Taken) {
        self.skipped(taken.count, Skip::Paused);
    }

    /// How many of these due times met a run that was still going.
    fn met(&mut self, taken: Taken) -> u64 {
        let met = if self.going.is_empty() {
            let busy = self.busy_until.and_then(|busy| busy.checked_sub(self.rest.jitter));
            busy.map_or(0, |busy| self.line.before(taken, busy))
        } else {
            taken.count
        };
        if met > 0 && !std::mem::replace(&mut self.overran, true) {
            self.control.history.count(|counts| counts.overruns += 1);
        }
        met
    }

    /// The process could run, but the run before was still going.
    fn overlapped(&mut self, taken: Taken, met: u64, now: Now, reach: At) -> Option<Ask> {
        let last = Ask::scheduled(taken.last, 0, Cause::Schedule);
        match self.rest.timer.options.overlap {
            Overlap::Skip => {
                self.skipped(met, Skip::Overlap);
                let rest = self.line.without(taken, met)?;
                return self.passed(rest, now, reach);
            }
            Overlap::Allow => return self.passed(taken, now, reach),
            Overlap::Queue if self.rest.waiting.is_empty() => {
                self.skipped(taken.count - 1, Skip::Overlap);
                self.rest.waiting.push_back(Waiting::One(last));
                self.start_waiting(now);
            }
            Overlap::Queue => self.skipped(taken.count, Skip::Overlap),
            Overlap::Cancel => {
                self.skipped(taken.count - 1, Skip::Overlap);
                self.replace(last, now);
            }
        }
        None
    }

    /// The way is free; some of the due times may have passed long ago.
    fn passed(&mut self, taken: Taken, now: Now, reach: At) -> Option<Ask> {
        let history = &self.control.history;
        let late = reach.since(taken.last.instant);
        let too_late = late > taken.tolerance;
        if late > LATE && !too_late {
            history.count(|counts| counts.late += 1);
        }
        let missed = taken.count - u64::from(!too_late);
        if missed == 0 {
            return Some(Ask::scheduled(taken.last, 0, Cause::Schedule));
        }
        history.count(|counts| counts.missed += missed);
        // A timer of a few milliseconds is late by one of them all the time.
        if reach.since(taken.first.instant) > LATE
            && let Some(missed) = self.rest.warnings.missed.add(missed, now.instant)
        {
            let why = match self.line.has_leapt() {
                true => "were leapt over by the wall clock",
                false => "passed while the process could not run",
            };
            tracing::warn!(target: "hostkit", missed, "due times {why}, the last one {late:.1?} ago");
        }
        let cause = if too_late { Cause::CatchUp } else { Cause::Schedule };
        match self.rest.timer.options.missed {
            Missed::Skip if too_late => None,
            Missed::Skip | Missed::Once => Some(Ask::scheduled(taken.last, missed, cause)),
            Missed::All => {
                self.rest.waiting.push_back(Waiting::Each(taken, cause));
                self.start_waiting(now);
                None
            }
        }
    }

    fn skipped(&mut self, count: u64, why: Skip) {
        if count == 0 {
            return;
        }
        self.control.history.count(|counts| match why {
            Skip::Overlap => counts.overlapped += count,
            Skip::Paused => counts.paused += count,
        });
        if why == Skip::Overlap
            && let Some(skipped) = self.rest.warnings.skipped.add(count, At::now())
        {
            tracing::warn!(target: "hostkit", skipped, "due times are skipped: the run before is still going");
        }
    }

    pub(super) fn start_waiting(&mut self, now: Now) {
        if !self.going.is_empty() {
            return;
        }
        let ask = match self.rest.waiting.pop_front() {
            None => return,
            Some(Waiting::One(ask)) => ask,
            Some(Waiting::Each(taken, last)) => match self.line.without(taken, 1) {
                None => Ask::scheduled(taken.first, 0, last),
                Some(rest) => {
                    self.rest.waiting.push_front(Waiting::Each(rest, last));
                    Ask::scheduled(taken.first, 0, Cause::CatchUp)
                }
            },
        };
        self.start(ask, now);
    }

    /// Cancels what runs and starts this instead. A thread can't be cancelled: then it waits, and the newest is who waits.
    pub(super) fn replace(&mut self, ask: Ask, now: Now) {
        if self.rest.timer.is_blocking() && !self.going.is_empty() {
            self.unqueue(Skip::Overlap, |_| true);
            self.rest.waiting.push_back(Waiting::One(ask));
        } else {
            self.cancel();
            self.start(ask, now);
        }
    }

    /// Cancels what runs; what a thread does goes on without being looked at.
    pub(super) fn cancel(&mut self) {
        let now = At::now();
        for run in self.going.take() {
            let took = now.since(run.started);
            let history = &self.control.history;
            let span = run.span.clone();
            let _entered = span.as_deref().map(Span::enter);
            if !run.is_booked {
                history.ran(&run.due, run.late, took, RunOutcome::Cancelled, None);
                if let Some(cancelled) = self.rest.warnings.cancelled.add(1, now) {
                    tracing::warn!(target: "hostkit", cancelled, "run {} was cancelled after {took:.1?}", run.due.number);
                }
            }
            if let Some(answer) = run.answer {
                answer.say(Triggered::Cancelled);
            }
            if let Err(failure) = run.work.dispose() {
                let failure = failure.during("while being cancelled");
                tracing::error!(target: "hostkit", error = %failure, "run failed; the schedule goes on");
                self.rest.context.record.failed(failure);
            }
        }
    }

    /// Due times that wait in the queue and are not to run after all.
    pub(super) fn unqueue(&mut self, why: Skip, which: impl Fn(&Ask) -> bool) {
        let mut skipped = 0;
        for waiting in std::mem::take(&mut self.rest.waiting) {
            match waiting {
                Waiting::One(ask) if which(&ask) => match ask.answer {
                    Some(answer) => answer.say(Triggered::Cancelled),
                    None => skipped += 1,
                },
                kept => self.rest.waiting.push_back(kept),
            }
        }
        self.skipped(skipped, why);
    }
}
