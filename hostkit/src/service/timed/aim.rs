//! What a timer aims at: its next due time goes to its alarm, and to the watch.

use super::fire::Fire;
use crate::at::At;

impl Fire {
    /// Sets the alarm for the next look, unless it is. A fixed delay that waits for its run has none.
    pub(super) fn arm(&mut self) {
        let next = self.look();
        if self.armed == next {
            return;
        }
        self.armed = next;
        if let Some(next) = next {
            self.rest.context.shared.alarms.set(next, self.rest.alarm.clone());
        }
    }

    /// It is time, and no alarm is set for it: as at the beginning.
    pub(super) fn is_due(&self) -> bool {
        self.armed.is_none() && self.look().is_some_and(|look| look <= At::now())
    }

    /// When to look again; nothing while a fixed delay waits for its run. A test's wall clock needs no look in between.
    pub(super) fn look(&self) -> Option<At> {
        let drifts = self.rest.context.shared.wall.drifts();
        let look = if drifts { self.line.look() } else { self.line.next() };
        look.map(|look| self.with_jitter(look))
    }

    /// The next due time and its jitter.
    pub(super) fn next(&self) -> Option<At> {
        self.line.next().map(|next| self.with_jitter(next))
    }

    fn with_jitter(&self, due: At) -> At {
        if self.has_jitter { due.later(self.rest.jitter) } else { due }
    }

    /// The line has moved on: throws the dice for its next due time, and tells the watch what to expect.
    pub(super) fn expect(&mut self) {
        if self.has_jitter {
            self.rest.jitter = self.rest.timer.options.jitter.mul_f64(fastrand::f64());
        }
        self.foretell();
    }

    pub(super) fn foretell(&self) {
        if self.closed {
            return;
        }
        let next = self.next().map(|next| (next, self.line.tolerance()));
        self.control.history.expects(next);
    }
}
