//! A word from outside: run now, pause, go on.

use super::fire::Fire;
use super::options::Overlap;
use super::overlap::Skip;
use super::waiting::{Ask, Waiting};
use crate::due::Cause;
use crate::now::Now;
use crate::service::Triggered;
use crate::service::control::{Answer, Word};

impl Fire {
    pub(super) fn heard(&mut self, word: Word) {
        let now = self.now();
        match word {
            Word::Pause(reason) => {
                tracing::info!(target: "hostkit", reason, "paused");
                self.rest.context.record.pause(true);
                self.rest.waiting.retain(|waiting| matches!(waiting, Waiting::One(_))); // counted as missed already
                self.unqueue(Skip::Paused, |ask| ask.answer.is_none());
            }
            Word::Resume => {
                tracing::info!(target: "hostkit", "resumed");
                self.rest.context.record.pause(false);
                self.resume(now);
            }
            Word::Trigger(answer) => self.asked(answer, now),
            Word::Look if self.line.is_wall() => {
                self.armed = None; // it is set for when the wall clock would have shown the next due time
                self.due();
            }
            Word::Look => {}
        }
    }

    /// What fell due before was paused, also if nobody could look at it until now.
    fn resume(&mut self, now: Now) {
        if self.next().is_none_or(|next| next >= now.instant) {
            return;
        }
        if let Some(taken) = self.line.take(now) {
            self.passed_paused(taken);
        }
        self.line.ended(now.instant);
        self.expect();
    }

    fn asked(&mut self, answer: Answer, now: Now) {
        let ask = Ask { due: now, missed: 0, cause: Cause::Manual, answer: Some(answer) };
        if self.going.is_empty() {
            return self.start(ask, now);
        }
        match self.rest.timer.options.overlap {
            Overlap::Queue if self.rest.waiting.is_empty() => {
                let answer = ask.answer.and_then(Answer::may_wait);
                if answer.is_some() {
                    self.rest.waiting.push_back(Waiting::One(Ask { answer, ..ask }));
                }
            }
            Overlap::Skip | Overlap::Queue => {
                if let Some(answer) = ask.answer {
                    answer.say(Triggered::Skipped);
                }
            }
            // Nobody can cancel a thread: who asks waits for it.
            Overlap::Cancel if self.rest.timer.is_blocking() => {
                let answer = ask.answer.and_then(Answer::may_wait);
                if answer.is_some() {
                    self.replace(Ask { answer, ..ask }, now);
                }
            }
            Overlap::Cancel => self.replace(ask, now),
            Overlap::Allow => self.start(ask, now),
        }
    }
}
