//! A due time in, a run out: begun, and polled for the first time.

use std::task::{Context as Cx, Poll};
use std::time::Duration;

use tracing::Span;

use super::fire::Fire;
use super::run::{Run, several, simple};
use super::waiting::Ask;
use crate::at::At;
use crate::due::{Cause, Due};
use crate::now::Now;

/// A timer whose runs hold their thread for longer fires in its own task, lest those that are due with it wait.
const LIGHT: Duration = Duration::from_micros(100);

impl Fire {
    pub(super) fn due(&mut self) {
        let mut now = self.now();
        let ask = match self.usual(now) {
            Some(ask) => Some(ask),
            None => {
                // With jitter, the due times up to the one whose time it is now.
                let reach = now.earlier(self.rest.jitter);
                let Some(taken) = self.line.take(reach) else { return self.foretell() };
                let ask = self.taken(taken, now, reach.instant);
                if ask.is_none() && self.going.is_empty() && self.rest.waiting.is_empty() {
                    self.line.ended(now.instant); // nothing came of it: a fixed delay goes on from here, or it would wait for ever
                }
                ask
            }
        };
        self.expect(); // before the run, which may hold its thread
        if let Some(ask) = ask {
            self.run(ask, &mut now);
        }
    }

    /// The usual case, in a few steps: one due time of a fixed rate or delay, in time, and nothing in its way.
    pub(super) fn usual(&mut self, now: Now) -> Option<Ask> {
        let free = !self.has_jitter && self.going.is_empty() && !self.control.history.is_paused();
        if !free {
            return None;
        }
        let due = self.line.take_one(now.instant, self.busy_until)?;
        Some(Ask::scheduled(now.moment(due), 0, Cause::Schedule))
    }

    /// Begins a run, and gives it its first poll at once, on behalf of the timer's task: most end there.
    pub(super) fn run(&mut self, ask: Ask, now: &mut Now) {
        let mut run = self.begin(ask, *now);
        let polled = run.poll(&mut Cx::from_waker(&self.waker));
        now.go_on(At::now());
        self.light = now.since(run.started) < LIGHT;
        match polled {
            Poll::Ready(outcome) => self.ended(run, outcome, now.instant),
            Poll::Pending => self.going.push(run),
        }
    }

    /// Begins a run that the next turn polls.
    pub(super) fn start(&mut self, ask: Ask, now: Now) {
        let run = self.begin(ask, now);
        self.going.push(run);
    }

    fn begin(&mut self, ask: Ask, now: Now) -> Run {
        self.overran = false;
        let number = self.control.history.begin();
        let Ask { due, missed, cause, answer } = ask;
        let late = now.since(due.instant);
        if cause != Cause::Manual {
            self.line.ran(due.wall);
        }
        let due = Due { due: due.wall, number, missed, cause };
        let span = self.rest.context.record.run_span(&due);
        let _entered = span.as_deref().map(Span::enter);
        let work = match self.plain {
            true => simple(&*self.call, &self.rest, &due),
            false => several(&self.rest, due),
        };
        drop(_entered);
        Run { due, started: now.instant, late, answer, is_booked: false, span, work }
    }
}
