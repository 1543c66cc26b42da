//! What fires a timer: due times, ends of runs and words from outside in, runs out.
//!
//! All runs of a timer are polled in its own task: a run needs no spawn, and a timer that is aborted takes its runs along.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::Poll;
use std::time::Duration;

use super::history::RunOutcome;
use super::options::{Missed, OnRunFailure, Options, Overlap};
use super::run::{Run, attempts};
use super::tick::{Cause, Due, Tick};
use crate::clock::{self, Instant};
use crate::failure::Failure;
use crate::inject::Context;
use crate::outcome::RunResult;
use crate::race::race;
use crate::schedule::{Line, Now, Rhythm, Taken};
use crate::service::control::{Answer, Control, Word};
use crate::service::{Call, Triggered};

/// A run that begins so late is counted as late.
const LATE: Duration = Duration::from_secs(1);

pub(super) struct Timer {
    pub(super) call: Box<dyn Call>,
    /// It is a `fn`: its runs are threads' work, which nobody can cancel. Known from the first run on.
    pub(super) blocking: AtomicBool,
    pub(super) rhythm: Rhythm,
    pub(super) options: Options,
    pub(super) control: Arc<Control>,
}

/// A timer at work.
struct Fire {
    timer: Arc<Timer>,
    context: Context,
    line: Line,
    /// Chosen anew for each due time.
    jitter: Duration,
    running: Vec<Run>,
    /// Runs that wait for the one before to end.
    waiting: VecDeque<Waiting>,
    number: u64,
    in_a_row: u32,
    /// Up to here a run was going: due times before it met it.
    busy_until: Option<Instant>,
    /// Told already that due times are skipped, for the run that is going.
    told: bool,
}

/// A run to be.
struct Ask {
    due: Now,
    missed: u64,
    cause: Cause,
    /// Who asked for it, if anybody did.
    answer: Option<Answer>,
}

enum Waiting {
    One(Ask),
    /// Due times to catch up with, and the cause of the last of them. However many they are, they take no room.
    Each(Taken, Cause),
}

enum Event {
    Ended(usize, RunResult),
    Spoken,
    Due,
    Close,
}

impl Ask {
    fn scheduled(due: Now, missed: u64, cause: Cause) -> Self {
        Ask { due, missed, cause, answer: None }
    }
}

impl Timer {
    /// Fires until the host closes its timers or this one is told to stop, or until a failure that is meant to stop the host.
    pub(super) async fn fire(self: Arc<Self>, context: Context) -> RunResult {
        let now = now(&context);
        let mut fire = Fire {
            line: Line::begin(self.rhythm.clone(), now, self.options.first),
            jitter: Duration::ZERO,
            timer: self,
            context,
            running: Vec::new(),
            waiting: VecDeque::new(),
            number: 0,
            in_a_row: 0,
            busy_until: None,
            told: false,
        };
        fire.expect();
        let outcome = fire.until_closed().await;
        fire.timer.control.close();
        fire.waiting.clear();
        if outcome.is_err() {
            fire.cancel(); // the host is about to stop for it; what else runs has nobody to be polled by
            return outcome;
        }
        fire.drain().await
    }
}

fn now(context: &Context) -> Now {
    Now { instant: clock::now(), wall: context.shared.wall.now() }
}

impl Fire {
    async fn until_closed(&mut self) -> RunResult {
        let (context, control) = (self.context.clone(), self.timer.control.clone());
        let mut closing = pin!(race(context.record.signal().raised(), context.shared.closing.cancelled()));
        let mut spoken = pin!(control.spoken());
        let mut armed = self.look();
        let mut sleep = pin!(clock::timer(armed.unwrap_or_else(clock::now)));
        loop {
            let event = poll_fn(|cx| {
                // Before the runs: a stop is heard however many of them end at once.
                if closing.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Event::Close);
                }
                // Before what is due: a due time at the same instant finds the way free.
                if let Some(ended) = self.poll_runs(cx) {
                    return Poll::Ready(ended);
                }
                if spoken.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Event::Spoken);
                }
                match armed {
                    Some(_) => sleep.as_mut().poll(cx).map(|()| Event::Due),
                    None => Poll::Pending, // a fixed delay waits for its run
                }
            })
            .await;
            match event {
                Event::Close => return Ok(()),
                Event::Ended(index, outcome) => {
                    self.ended(index, outcome)?;
                    if !self.waiting.is_empty() {
                        tokio::task::yield_now().await; // catching up for long keeps nobody else from running
                    }
                }
                Event::Spoken => {
                    spoken.set(control.spoken()); // before the words are taken, so that none is missed
                    while let Some(word) = control.word() {
                        self.heard(word);
                    }
                }
                Event::Due => {
                    self.due();
                    armed = None;
                }
            }
            let next = self.look();
            if armed != next {
                armed = next;
                sleep.as_mut().reset(next.unwrap_or_else(clock::now));
            }
        }
    }

    /// Told to stop, or closed: what runs is worked off, nothing new begins. The first failure that is the host's is the outcome.
    async fn drain(&mut self) -> RunResult {
        let mut drained = Ok(());
        while !self.running.is_empty() {
            let event = poll_fn(|cx| self.poll_runs(cx).map_or(Poll::Pending, Poll::Ready)).await;
            if let Event::Ended(index, outcome) = event {
                drained = drained.and(self.ended(index, outcome));
            }
        }
        drained
    }

    fn poll_runs(&mut self, cx: &mut std::task::Context<'_>) -> Option<Event> {
        self.running.iter_mut().enumerate().find_map(|(index, run)| match run.work.poll(cx) {
            Poll::Ready(outcome) => Some(Event::Ended(index, outcome)),
            Poll::Pending => None,
        })
    }

    /// When to look again; nothing while a fixed delay waits for its run. A test's wall clock needs no look in between.
    fn look(&self) -> Option<Instant> {
        let drifts = self.context.shared.wall.drifts();
        let look = if drifts { self.line.look() } else { self.line.next() };
        look.map(|look| clock::later(look, self.jitter))
    }

    /// The next due time and its jitter.
    fn next(&self) -> Option<Instant> {
        self.line.next().map(|next| clock::later(next, self.jitter))
    }

    /// The line has moved on: throws the dice for its next due time, and tells the watch what to expect.
    fn expect(&mut self) {
        let jitter = self.timer.options.jitter;
        self.jitter = if jitter.is_zero() { jitter } else { jitter.mul_f64(fastrand::f64()) };
        self.foretell();
    }

    fn foretell(&self) {
        let next = self.next().map(|next| (next, self.line.tolerance()));
        self.timer.control.history.expects(next);
    }

    fn due(&mut self) {
        let now = now(&self.context);
        // With jitter, the due times up to the one whose time it is now.
        let reach = now.earlier(self.jitter);
        let Some(taken) = self.line.take(reach) else { return self.foretell() };
        if !self.timer.control.history.is_paused() {
            self.take(taken, now, reach.instant);
        }
        if self.running.is_empty() && self.waiting.is_empty() {
            self.line.ended(now); // nothing came of it: a fixed delay goes on from here, or it would wait for ever
        }
        self.expect();
    }

    fn take(&mut self, taken: Taken, now: Now, reach: Instant) {
        match self.met(taken) {
            0 => self.passed(taken, now, reach),
            met => self.overlapped(taken, met, now, reach),
        }
    }

    /// How many of these due times met a run that was still going.
    fn met(&self, taken: Taken) -> u64 {
        if !self.running.is_empty() {
            return taken.count;
        }
        let busy = self.busy_until.and_then(|busy| busy.checked_sub(self.jitter));
        busy.map_or(0, |busy| self.line.before(taken, busy))
    }

    /// The process could run, but the run before was still going.
    fn overlapped(&mut self, taken: Taken, met: u64, now: Now, reach: Instant) {
        let last = Ask::scheduled(taken.last, 0, Cause::Schedule);
        match self.timer.options.overlap {
            Overlap::Skip => {
                self.skipped(met);
                if let Some(rest) = self.line.without(taken, met) {
                    self.passed(rest, now, reach);
                }
            }
            Overlap::Queue if self.waiting.is_empty() => {
                self.skipped(taken.count - 1);
                self.waiting.push_back(Waiting::One(last));
                self.start_waiting(now);
            }
            Overlap::Queue => self.skipped(taken.count),
            Overlap::Allow => self.passed(taken, now, reach),
            Overlap::Cancel => {
                self.skipped(taken.count - 1);
                self.replace(last, now);
            }
        }
    }

    /// The way is free; some of the due times may have passed long ago.
    fn passed(&mut self, taken: Taken, now: Now, reach: Instant) {
        let history = &self.timer.control.history;
        let late = reach.saturating_duration_since(taken.last.instant);
        let too_late = late > taken.tolerance;
        if late > LATE && !too_late {
            history.count(|counts| counts.late += 1);
        }
        let missed = taken.count - u64::from(!too_late);
        if missed == 0 {
            return self.start(Ask::scheduled(taken.last, 0, Cause::Schedule), now);
        }
        history.count(|counts| counts.missed += missed);
        tracing::warn!(
            target: "hostkit",
            missed,
            "due times passed while the process could not run, the last one {late:.1?} ago"
        );
        let cause = if too_late { Cause::CatchUp } else { Cause::Schedule };
        match self.timer.options.missed {
            Missed::Skip if too_late => {}
            Missed::Skip | Missed::Once => self.start(Ask::scheduled(taken.last, missed, cause), now),
            Missed::All => {
                self.waiting.push_back(Waiting::Each(taken, cause));
                self.start_waiting(now);
            }
        }
    }

    fn skipped(&mut self, count: u64) {
        if count == 0 {
            return;
        }
        self.timer.control.history.count(|counts| counts.skipped += count);
        if !std::mem::replace(&mut self.told, true) {
            tracing::warn!(target: "hostkit", "due times are skipped: the run before is still going");
        }
    }

    fn start(&mut self, ask: Ask, now: Now) {
        self.told = false;
        self.number += 1;
        self.context.record.run_began();
        let Ask { due, missed, cause, answer } = ask;
        let tick = Tick::new(Due { due: due.wall, number: self.number, missed, cause });
        let context = Context { tick: Some(Arc::new(tick.clone())), ..self.context.clone() };
        let work = attempts(&self.timer, context);
        self.running.push(Run { tick, started: (now.instant, now.wall), answer, work });
    }

    fn start_waiting(&mut self, now: Now) {
        if !self.running.is_empty() {
            return;
        }
        let ask = match self.waiting.pop_front() {
            None => return,
            Some(Waiting::One(ask)) => ask,
            Some(Waiting::Each(taken, last)) => match self.line.without(taken, 1) {
                None => Ask::scheduled(taken.first, 0, last),
                Some(rest) => {
                    self.waiting.push_front(Waiting::Each(rest, last));
                    Ask::scheduled(taken.first, 0, Cause::CatchUp)
                }
            },
        };
        self.start(ask, now);
    }

    /// Cancels what runs and starts this instead. A thread can't be cancelled: then it waits, and the newest is who waits.
    fn replace(&mut self, ask: Ask, now: Now) {
        if self.timer.is_blocking() && !self.running.is_empty() {
            self.unqueue(|_| true);
            self.waiting.push_back(Waiting::One(ask));
        } else {
            self.cancel();
            self.start(ask, now);
        }
    }

    /// Cancels what runs; what a thread does goes on without being looked at.
    fn cancel(&mut self) {
        let now = now(&self.context);
        for run in std::mem::take(&mut self.running) {
            let took = now.since(run.started.0);
            let history = &self.timer.control.history;
            history.ran(run.tick.facts(), run.started.1, took, RunOutcome::Cancelled, None);
            tracing::warn!(target: "hostkit", "run {} was cancelled after {took:.1?}", run.tick.number());
            if let Some(answer) = run.answer {
                answer.say(Triggered::Cancelled);
            }
            if let Err(failure) = run.work.dispose() {
                let failure = failure.during("while being cancelled");
                tracing::error!(target: "hostkit", error = %failure, "run failed; the schedule goes on");
                self.context.record.failed(failure);
            }
        }
    }

    /// Due times that wait in the queue and are not to run after all.
    fn unqueue(&mut self, which: impl Fn(&Ask) -> bool) {
        let mut skipped = 0;
        for waiting in std::mem::take(&mut self.waiting) {
            match waiting {
                Waiting::One(ask) if which(&ask) => match ask.answer {
                    Some(answer) => answer.say(Triggered::Cancelled),
                    None => skipped += 1,
                },
                kept => self.waiting.push_back(kept),
            }
        }
        self.skipped(skipped);
    }

    fn ended(&mut self, index: usize, outcome: RunResult) -> RunResult {
        let (now, run) = (now(&self.context), self.running.swap_remove(index));
        self.busy_until = Some(now.instant);
        if self.line.ended(now) {
            self.expect();
        }
        let took = now.since(run.started.0);
        let (kind, error) = match &outcome {
            Ok(()) => (RunOutcome::Done, None),
            Err(failure) => (RunOutcome::Failed, Some(failure.clone())),
        };
        if let Some(answer) = run.answer {
            answer.say(error.clone().map_or(Triggered::Done, Triggered::Failed));
        }
        self.timer.control.history.ran(run.tick.facts(), run.started.1, took, kind, error);
        self.start_waiting(now);
        match outcome {
            Ok(()) => {
                self.in_a_row = 0;
                Ok(())
            }
            Err(failure) => self.judge(failure),
        }
    }

    /// A failure that the schedule survives is told and kept here; any other is handed on, and stops the host.
    fn judge(&mut self, failure: Failure) -> RunResult {
        self.in_a_row += 1;
        let (options, in_a_row, record) = (&self.timer.options, self.in_a_row, &self.context.record);
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

    fn heard(&mut self, word: Word) {
        let now = now(&self.context);
        match word {
            Word::Pause(reason) => {
                tracing::info!(target: "hostkit", reason, "paused");
                self.context.record.pause(true);
                self.waiting.retain(|waiting| matches!(waiting, Waiting::One(_))); // counted as missed already
                self.unqueue(|ask| ask.answer.is_none());
            }
            Word::Resume => {
                tracing::info!(target: "hostkit", "resumed");
                self.context.record.pause(false);
                // What fell due before was paused, also if nobody could look at it until now.
                if self.next().is_some_and(|next| next < now.instant) {
                    self.line.take(now);
                    self.line.ended(now);
                    self.expect();
                }
            }
            Word::Trigger(answer) => {
                let ask = Ask { due: now, missed: 0, cause: Cause::Manual, answer: Some(answer) };
                if self.running.is_empty() {
                    return self.start(ask, now);
                }
                match self.timer.options.overlap {
                    Overlap::Queue if self.waiting.is_empty() => self.waiting.push_back(Waiting::One(ask)),
                    Overlap::Skip | Overlap::Queue => {
                        if let Some(answer) = ask.answer {
                            answer.say(Triggered::Skipped);
                        }
                    }
                    Overlap::Cancel => self.replace(ask, now),
                    Overlap::Allow => self.start(ask, now),
                }
            }
        }
    }
}
