//! What fires a timer: due times, ends of runs and words from outside in, runs out.
//!
//! All runs of a timer belong to it: a run needs no spawn, and a timer that is aborted takes its runs along. A run that ends
//! at its first poll, as most do, costs one allocation, one lock and one look at the clock.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context as Cx, Poll, Waker};
use std::time::Duration;

use super::at_work::AtWork;
use super::going::Going;
use super::options::Options;
use super::waiting::Waiting;
use crate::at::At;
use crate::failure::Failure;
use crate::inject::Context;
use crate::now::Now;
use crate::once_a_minute::OnceAMinute;
use crate::outcome::RunResult;
use crate::schedule::{Line, Rhythm};
use crate::service::Call;
use crate::service::control::Control;

/// How many words are heard in one turn.
const WORDS: u32 = 32;

pub(super) struct Timer {
    pub(super) call: Arc<dyn Call>,
    pub(super) rhythm: Rhythm,
    pub(super) options: Options,
    pub(super) control: Arc<Control>,
}

/// A timer's state, in the hands of whoever fires it.
///
/// What the usual firing touches, and no more, is within two cache lines: there may be more timers than a cache holds, and then
/// one more line costs as much as a hundred instructions.
pub(super) struct Fire {
    /// What its alarm is set for.
    pub(super) armed: Option<At>,
    pub(super) line: Line,
    /// Up to here a run was going: due times before it met it.
    pub(super) busy_until: Option<At>,
    pub(super) going: Going,
    pub(super) control: Arc<Control>,
    pub(super) call: Arc<dyn Call>,
    /// Of its own task: who else fires it polls on behalf of that.
    pub(super) waker: Waker,
    pub(super) rest: Box<Rest>,
    pub(super) in_a_row: u32,
    /// Its last run let go of the thread soon.
    pub(super) light: bool,
    /// The run that began last met a due time: counted already.
    pub(super) overran: bool,
    /// Nothing new begins.
    pub(super) closed: bool,
    pub(super) plain: bool,
    pub(super) has_jitter: bool,
}

/// What the usual firing leaves alone.
pub(super) struct Rest {
    pub(super) timer: Arc<Timer>,
    pub(super) context: Context,
    /// Runs that wait for the one before to end: there are none where none is going.
    pub(super) waiting: VecDeque<Waiting>,
    /// The first failure that is the host's.
    pub(super) failed: Option<Failure>,
    /// Chosen anew for each due time.
    pub(super) jitter: Duration,
    pub(super) alarm: Weak<AtWork>,
    pub(super) warnings: Warnings,
}

/// What may be due to be told at each due time, and is told once a minute.
#[derive(Default)]
pub(super) struct Warnings {
    pub(super) skipped: OnceAMinute,
    pub(super) missed: OnceAMinute,
    pub(super) cancelled: OnceAMinute,
}

/// What comes of an alarm.
pub(super) enum Rung {
    /// The run was begun; the alarm is to be set for then.
    Fired(Option<At>),
    /// The timer's own task is to look.
    Look,
    /// It was set for another time meanwhile.
    Stale,
}

impl Fire {
    pub(super) fn of(timer: Arc<Timer>, context: Context, alarm: Weak<AtWork>) -> Self {
        let now = Now::read(context.shared.wall);
        let fire = Fire {
            line: Line::begin(timer.rhythm.clone(), now, timer.options.first),
            armed: None,
            light: false,
            control: timer.control.clone(),
            call: timer.call.clone(),
            plain: timer.options.retries == 0 && timer.options.timeout.is_none(),
            has_jitter: !timer.options.jitter.is_zero(),
            going: Going::default(),
            in_a_row: 0,
            busy_until: None,
            overran: false,
            closed: false,
            waker: Waker::noop().clone(),
            rest: Box::new(Rest {
                timer,
                context,
                waiting: VecDeque::new(),
                failed: None,
                jitter: Duration::ZERO,
                alarm,
                warnings: Warnings::default(),
            }),
        };
        fire.foretell();
        fire
    }

    /// In the timer's own task: goes on with what there is to do. Ends when all is done after the timer was told to stop, or all
    /// timers were closed; or with a failure that is meant to stop the host.
    pub(super) fn turn(&mut self, cx: &mut Cx<'_>, rung: &AtomicBool) -> Poll<RunResult> {
        self.waker.clone_from(cx.waker());
        let mut words = 0;
        let mut fired = false; // once in a turn: what is due again by then is rung, and others go first
        loop {
            if self.rest.failed.is_some() && !self.closed {
                self.close();
                self.cancel(); // the host is about to stop for it; what else runs has nobody to be polled by
            } else if self.is_over() && !self.closed {
                self.close(); // before the runs: a stop is heard however many of them end at once
            }
            // Before what is due: a due time at the same instant finds the way free.
            if let Some((run, outcome)) = self.going.poll(cx) {
                self.ended(run, outcome, At::now());
                if self.rest.failed.is_none() && !self.rest.waiting.is_empty() {
                    self.start_waiting(self.now());
                    cx.waker().wake_by_ref(); // who is busy for long keeps nobody else from running
                    return Poll::Pending;
                }
            } else if self.closed {
                let is_done = self.going.is_empty();
                return if is_done {
                    Poll::Ready(self.rest.failed.take().map_or(Ok(()), Err))
                } else {
                    Poll::Pending
                };
            } else if self.control.has_words() {
                if words == WORDS {
                    cx.waker().wake_by_ref(); // who asks for ever keeps nobody else from running
                    return Poll::Pending;
                }
                words += 1;
                if let Some(word) = self.control.word() {
                    self.heard(word);
                }
            } else if rung.swap(false, Ordering::AcqRel) || (!fired && self.is_due()) {
                (self.armed, fired) = (None, true);
                self.due();
            } else {
                self.arm();
                return Poll::Pending;
            }
        }
    }

    /// Where the alarm rings: begins the run, if it is the usual one of a timer whose runs are short. Its own task has whatever
    /// else there is to do, now and later.
    pub(super) fn ring(&mut self, due: At, now: &mut Now) -> Rung {
        if self.armed != Some(due) {
            return Rung::Stale;
        }
        if !self.light || self.closed {
            return Rung::Look;
        }
        let Some(ask) = self.usual(*now) else { return Rung::Look };
        self.foretell(); // before the run, which may hold its thread
        self.run(ask, now);
        self.armed = self.line.next();
        Rung::Fired(self.armed)
    }

    fn is_over(&self) -> bool {
        self.rest.context.record.signal().is_raised() || self.rest.context.shared.closing.is_raised()
    }

    fn close(&mut self) {
        self.closed = true;
        self.control.close();
        self.rest.waiting.clear();
    }

    pub(super) fn now(&self) -> Now {
        Now::read(self.rest.context.shared.wall)
    }
}
