//! What fires a timer: due times, ends of runs and words from outside in, runs out.
//!
//! All runs of a timer are polled in its own task: a run needs no spawn, and a timer that is aborted takes its runs along.
//! A run that ends at its first poll, as most do, costs one allocation, one lock and two looks at the clock.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::{Context as Cx, Poll, Waker};
use std::time::Duration;

use super::going::Going;
use super::options::Options;
use super::run::{Run, several, simple};
use super::tick::{Cause, Due};
use super::waiting::{Ask, Waiting};
use crate::clock::{self, Instant};
use crate::inject::Context;
use crate::outcome::RunResult;
use crate::race::race;
use crate::schedule::{Line, Now, Rhythm};
use crate::service::Call;
use crate::service::control::Control;

pub(super) struct Timer {
    pub(super) call: Arc<dyn Call>,
    /// It is a `fn`: its runs are threads' work, which nobody can cancel. Known from the first run on.
    pub(super) blocking: AtomicBool,
    pub(super) rhythm: Rhythm,
    pub(super) options: Options,
    pub(super) control: Arc<Control>,
}

/// A timer at work.
pub(super) struct Fire {
    pub(super) timer: Arc<Timer>,
    pub(super) context: Context,
    /// The timer's own, and what its options say to each firing: held here, since each further place to look at costs.
    pub(super) control: Arc<Control>,
    call: Arc<dyn Call>,
    plain: bool,
    most_jitter: Duration,
    pub(super) line: Line,
    /// Chosen anew for each due time.
    pub(super) jitter: Duration,
    pub(super) going: Going,
    /// Runs that wait for the one before to end.
    pub(super) waiting: VecDeque<Waiting>,
    pub(super) number: u64,
    pub(super) in_a_row: u32,
    /// Up to here a run was going: due times before it met it.
    pub(super) busy_until: Option<Instant>,
    /// The run that began last met a due time: counted already.
    pub(super) overran: bool,
    /// Told already that due times are skipped, for that run.
    pub(super) told: bool,
}

/// Why a timer lets others run, or ends.
enum Turn {
    Yield,
    Close,
}

impl Timer {
    /// Fires until the host closes its timers or this one is told to stop, or until a failure that is meant to stop the host.
    pub(super) async fn fire(self: Arc<Self>, context: Context) -> RunResult {
        let now = Now { instant: clock::now(), wall: context.shared.wall.now() };
        let mut fire = Fire {
            line: Line::begin(self.rhythm.clone(), now, self.options.first),
            jitter: Duration::ZERO,
            control: self.control.clone(),
            call: self.call.clone(),
            plain: self.options.retries == 0 && self.options.timeout.is_none(),
            most_jitter: self.options.jitter,
            timer: self,
            context,
            going: Going::default(),
            waiting: VecDeque::new(),
            number: 0,
            in_a_row: 0,
            busy_until: None,
            overran: false,
            told: false,
        };
        fire.expect();
        let outcome = fire.until_closed().await;
        fire.control.close();
        fire.waiting.clear();
        if outcome.is_err() {
            fire.cancel(); // the host is about to stop for it; what else runs has nobody to be polled by
            return outcome;
        }
        fire.drain().await
    }
}

impl Fire {
    async fn until_closed(&mut self) -> RunResult {
        let (shared, record) = (self.context.shared.clone(), self.context.record.clone());
        let control = self.control.clone();
        let closed = || record.signal().is_raised() || shared.closing.is_raised();
        let news = || race(race(record.signal().raised(), shared.closing.raised()), control.spoken());
        // Whoever listens once is woken from then on: each further turn is a look at three flags. Boxed, to lie out of the way:
        // what a firing touches should be little and close together, since there may be more timers than a cache holds.
        let (mut listening, mut listener) = (Box::pin(news()), None::<Waker>);
        let mut armed = self.look();
        let mut sleep = pin!(clock::timer(armed.unwrap_or_else(clock::now)));
        loop {
            let mut fired = false;
            let turn = poll_fn(|cx| {
                loop {
                    if listener.as_ref().is_none_or(|listener| !listener.will_wake(cx.waker())) {
                        while listening.as_mut().poll(cx).is_ready() && !closed() {
                            listening.set(news());
                        }
                        listener = Some(cx.waker().clone());
                    }
                    // Before the runs: a stop is heard however many of them end at once.
                    if closed() {
                        return Poll::Ready(Ok(Turn::Close));
                    }
                    // Before what is due: a due time at the same instant finds the way free.
                    if let Some((run, outcome)) = self.going.poll(cx) {
                        self.ended(run, outcome)?;
                        self.arm(&mut armed, sleep.as_mut());
                        if !self.waiting.is_empty() {
                            return Poll::Ready(Ok(Turn::Yield));
                        }
                    } else if control.has_words() {
                        listening.set(news()); // before the words are taken, so that none is missed
                        listener = None;
                        while let Some(word) = control.word() {
                            self.heard(word);
                        }
                        self.arm(&mut armed, sleep.as_mut());
                    } else if armed.is_some() && sleep.as_mut().poll(cx).is_ready() {
                        self.due(cx)?;
                        armed = None;
                        self.arm(&mut armed, sleep.as_mut());
                        if std::mem::replace(&mut fired, true) {
                            return Poll::Ready(Ok(Turn::Yield)); // its runs take longer than its period
                        }
                    } else {
                        fired = false;
                        return Poll::Pending;
                    }
                }
            });
            match turn.await? {
                Turn::Close => return Ok(()),
                Turn::Yield => tokio::task::yield_now().await, // who is busy for long keeps nobody else from running
            }
        }
    }

    /// Sets the sleep to the next look, if that is another one now. A fixed delay that waits for its run has none.
    fn arm(&self, armed: &mut Option<Instant>, sleep: Pin<&mut tokio::time::Sleep>) {
        let next = self.look();
        if *armed != next {
            *armed = next;
            if let Some(next) = next {
                sleep.reset(next);
            }
        }
    }

    /// Told to stop, or closed: what runs is worked off, nothing new begins. The first failure that is the host's is the outcome.
    async fn drain(&mut self) -> RunResult {
        let mut drained = Ok(());
        while !self.going.is_empty() {
            let ended = |cx: &mut Cx<'_>| self.going.poll(cx).map_or(Poll::Pending, Poll::Ready);
            let (run, outcome) = poll_fn(ended).await;
            drained = drained.and(self.ended(run, outcome));
        }
        drained
    }

    pub(super) fn now(&self) -> Now {
        Now { instant: clock::now(), wall: self.context.shared.wall.now() }
    }

    /// When to look again; nothing while a fixed delay waits for its run. A test's wall clock needs no look in between.
    fn look(&self) -> Option<Instant> {
        let drifts = self.context.shared.wall.drifts();
        let look = if drifts { self.line.look() } else { self.line.next() };
        look.map(|look| clock::later(look, self.jitter))
    }

    /// The next due time and its jitter.
    pub(super) fn next(&self) -> Option<Instant> {
        self.line.next().map(|next| clock::later(next, self.jitter))
    }

    /// The line has moved on: throws the dice for its next due time, and tells the watch what to expect.
    pub(super) fn expect(&mut self) {
        let jitter = self.most_jitter;
        self.jitter = if jitter.is_zero() { jitter } else { jitter.mul_f64(fastrand::f64()) };
        self.foretell();
    }

    fn foretell(&self) {
        let next = self.next().map(|next| (next, self.line.tolerance()));
        self.control.history.expects(next);
    }

    fn due(&mut self, cx: &mut Cx<'_>) -> RunResult {
        let now = self.now();
        let ask = match self.usual(now) {
            Some(ask) => Some(ask),
            None => {
                // With jitter, the due times up to the one whose time it is now.
                let reach = now.earlier(self.jitter);
                let Some(taken) = self.line.take(reach) else {
                    self.foretell();
                    return Ok(());
                };
                let ask = self.taken(taken, now, reach.instant);
                if ask.is_none() && self.going.is_empty() && self.waiting.is_empty() {
                    self.line.ended(now.instant); // nothing came of it: a fixed delay goes on from here, or it would wait for ever
                }
                ask
            }
        };
        self.expect(); // before the run, which may hold its thread
        match ask {
            Some(ask) => self.run(ask, now, cx),
            None => Ok(()),
        }
    }

    /// The usual case, in a few steps: one due time of a fixed rate, in time, and nothing in its way.
    fn usual(&mut self, now: Now) -> Option<Ask> {
        let free = self.jitter.is_zero() && self.going.is_empty() && !self.control.history.is_paused();
        if !free {
            return None;
        }
        let due = self.line.take_one(now.instant, self.busy_until)?;
        Some(Ask::scheduled(now.moment(due), 0, Cause::Schedule))
    }

    /// Begins a run, and gives it its first poll at once: most end there.
    fn run(&mut self, ask: Ask, now: Now, cx: &mut Cx<'_>) -> RunResult {
        let mut run = self.begin(ask, now);
        match run.work.poll(cx) {
            Poll::Ready(outcome) => self.ended(run, outcome),
            Poll::Pending => {
                self.going.push(run);
                Ok(())
            }
        }
    }

    /// Begins a run that the next turn polls.
    pub(super) fn start(&mut self, ask: Ask, now: Now) {
        let run = self.begin(ask, now);
        self.going.push(run);
    }

    fn begin(&mut self, ask: Ask, now: Now) -> Run {
        (self.overran, self.told) = (false, false);
        self.number += 1;
        self.context.record.run_began();
        let Ask { due, missed, cause, answer } = ask;
        let late = now.since(due.instant);
        let due = Due { due: due.wall, number: self.number, missed, cause };
        due.put(&mut self.context);
        let work = match self.plain {
            true => simple(&*self.call, &self.timer, &self.context),
            false => several(&self.timer, &self.context),
        };
        Run { due, started: now.instant, late, answer, work }
    }
}
