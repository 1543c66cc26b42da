//! One timer at work: due times, ends of runs and commands in, runs out. Its own task owns all of this, and is woken by its sleep, by
//! its runs and by commands.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context as Cx, Poll};
use std::time::Duration;

use super::fire::SkipCause;
use super::in_flight::{Backlog, InFlight};
use super::options::{Overlap, TimerOptions};
use super::run::PendingRun;
use crate::inject::Context;
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::schedule::{DueTimes, Rhythm};
use crate::service::control::{CloseOnDrop, Control, TimerCommand, TriggerReply};
use crate::service::{Call, Triggered};
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant, Sleep, later};
use crate::time::clock_reading::ClockReading;
use crate::time::once_a_minute::OnceAMinute;
use crate::time::tick_info::Cause;

/// How many commands are obeyed before other tasks get a turn.
const COMMANDS: u32 = 32;

/// What a timer's declaration says.
pub(super) struct TimerDefinition {
    pub(super) call: Arc<dyn Call>,
    pub(super) rhythm: Rhythm,
    pub(super) options: TimerOptions,
    pub(super) control: Arc<Control>,
}

impl TimerDefinition {
    /// Whether its runs are work of threads, which can't be cancelled.
    pub(super) fn is_blocking(&self) -> bool {
        self.call.blocks()
    }
}

/// What a firing needs comes first: with many timers, most of its cost is memory that is not in the cache.
pub(super) struct TimerState {
    pub(super) definition: Arc<TimerDefinition>,
    pub(super) context: Context,
    pub(super) due_times: Box<dyn DueTimes>,
    /// Added to the next due time, and chosen anew for each. Zero without the option.
    pub(super) jitter: Duration,
    pub(super) in_flight: InFlight,
    /// When the last run ended: due times before that met it.
    pub(super) busy_until: Option<Instant>,
    /// Empty where no run is in flight.
    pub(super) backlog: Backlog,
    /// The first failure that stops the host.
    pub(super) failed: Option<Failure>,
    pub(super) failures_in_a_row: u32,
    /// A due time met the run that began last, and is counted as an overrun.
    pub(super) overran: bool,
    pub(super) is_paused: bool,
    /// No run begins any more.
    closed: bool,
    pub(super) warnings: Box<Warnings>,
}

/// Warnings that may come at each due time, and are given once a minute.
#[derive(Default)]
pub(super) struct Warnings {
    pub(super) skipped: OnceAMinute,
    pub(super) missed: OnceAMinute,
    pub(super) cancelled: OnceAMinute,
}

/// Runs a timer from when the host is ready until it closes its timers, which it does before it stops any of them, and the runs have
/// ended; or until a failure that is meant to stop the host. Then waits for its stop.
pub(super) async fn run_timer(definition: Arc<TimerDefinition>, context: Context) -> RunResult {
    let _close = CloseOnDrop(definition.control.clone()); // also when this is aborted, or never ready
    let (shared, record) = (context.shared.clone(), context.record.clone());
    if let Either::Left(()) = select2(shared.ready.cancelled(), record.signal().cancelled()).await {
        // Polled once, so that it wakes the task; `poll` sees whether it has come.
        let mut closing = pin!(shared.closing.cancelled());
        poll_fn(|cx| {
            definition.control.listen(cx.waker().clone());
            Poll::Ready(closing.as_mut().poll(cx).is_ready())
        })
        .await;
        let begin = ClockReading::read(shared.wall);
        let mut timer = TimerState::new(definition, context, begin);
        let mut sleep = pin!(clock::sleep_until(begin.instant));
        poll_fn(|cx| timer.poll(sleep.as_mut(), cx)).await?;
    }
    record.signal().cancelled().await;
    Ok(())
}

impl TimerState {
    fn new(definition: Arc<TimerDefinition>, context: Context, begin: ClockReading) -> Self {
        let mut state = TimerState {
            due_times: definition.rhythm.due_times(begin, definition.options.first),
            is_paused: definition.control.history.paused().is_some(),
            definition,
            context,
            jitter: Duration::ZERO,
            in_flight: InFlight::default(),
            busy_until: None,
            backlog: Backlog::default(),
            failed: None,
            failures_in_a_row: 0,
            overran: false,
            closed: false,
            warnings: Box::default(),
        };
        state.publish_next();
        state
    }

    /// Does all there is to do, and sleeps until the next due time. Ready when the timer is closed and no run is left.
    fn poll(&mut self, mut sleep: Pin<&mut Sleep>, cx: &mut Cx<'_>) -> Poll<RunResult> {
        let mut commands = 0;
        let mut fired = false; // once a poll: where the next due time has passed by then, other tasks go first
        loop {
            if self.failed.is_some() && !self.closed {
                self.close();
                self.cancel(); // the host is about to stop
            } else if self.context.shared.closing.is_cancelled() && !self.closed {
                self.close(); // before the runs: a stop is heard however many of them end at once
            }
            // Before due times: one at the same instant finds the way free.
            if let Some((run, ran)) = self.in_flight.poll(cx) {
                self.finish(run, ran, clock::now());
                if self.failed.is_none() && !self.backlog.is_empty() {
                    self.start_waiting(self.now());
                    cx.waker().wake_by_ref(); // runs that never wait let other tasks run in between
                    return Poll::Pending;
                }
            } else if self.closed {
                if !self.in_flight.is_done() {
                    return Poll::Pending;
                }
                return Poll::Ready(self.failed.take().map_or(Ok(()), Err));
            } else if self.control().has_commands() {
                if commands == COMMANDS {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                commands += 1;
                if let Some(command) = self.control().next_command() {
                    self.obey(command, cx);
                }
            } else if !self.is_due(sleep.as_mut(), cx) {
                return Poll::Pending;
            } else if fired {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            } else {
                fired = true;
                self.fire(self.now(), cx);
            }
        }
    }

    /// Whether it is time to look at the due times; if not, the sleep wakes the task then. A fixed delay that waits for its run has none.
    fn is_due(&self, mut sleep: Pin<&mut Sleep>, cx: &mut Cx<'_>) -> bool {
        // At the next due time, or before: the wall clock may be set meanwhile, unless it is a test's.
        let drifts = self.context.shared.wall.drifts();
        let look = if drifts { self.due_times.look() } else { self.due_times.next() };
        let Some(deadline) = look.map(|look| later(look, self.jitter)) else { return false };
        if sleep.deadline() != deadline {
            sleep.as_mut().reset(deadline);
        }
        sleep.poll(cx).is_ready()
    }

    pub(super) fn control(&self) -> &Control {
        &self.definition.control
    }

    fn close(&mut self) {
        self.closed = true;
        self.control().close();
        self.backlog.clear();
    }

    pub(super) fn now(&self) -> ClockReading {
        ClockReading::read(self.context.shared.wall)
    }

    fn next(&self) -> Option<Instant> {
        self.due_times.next().map(|next| later(next, self.jitter))
    }

    /// After the due times have moved on: chooses the jitter of the next one, and shows it to handles and the watch.
    pub(super) fn advance(&mut self) {
        let most = self.definition.options.jitter;
        if !most.is_zero() {
            self.jitter = most.mul_f64(fastrand::f64());
        }
        self.publish_next();
    }

    pub(super) fn publish_next(&mut self) {
        if !self.closed {
            self.control().history.expect(self.next().map(|next| (next, self.due_times.tolerance())));
        }
    }

    fn obey(&mut self, command: TimerCommand, cx: &mut Cx<'_>) {
        match command {
            TimerCommand::Pause(reason) => {
                tracing::info!(target: "hostkit", reason, "paused");
                self.is_paused = true;
                self.context.record.pause(true);
                self.backlog.drop_missed();
                let skipped = self.backlog.cancel(|run| run.reply.is_none());
                self.skip(skipped, SkipCause::Paused);
            }
            TimerCommand::Resume => {
                tracing::info!(target: "hostkit", "resumed");
                self.is_paused = false;
                self.context.record.pause(false);
                self.resume();
            }
            TimerCommand::Trigger(reply) => self.trigger(reply),
            TimerCommand::CheckClock if self.due_times.is_wall() => self.fire(self.now(), cx),
            TimerCommand::CheckClock => {}
        }
    }

    /// Due times before now passed during the pause, also if nothing looked at them until now.
    fn resume(&mut self) {
        let now = self.now();
        if self.next().is_none_or(|next| next >= now.instant) {
            return;
        }
        if let Some(taken) = self.due_times.take(now) {
            self.skip(taken.count, SkipCause::Paused);
        }
        self.due_times.ended(now.instant);
        self.advance();
    }

    fn trigger(&mut self, reply: TriggerReply) {
        let now = self.now();
        let run = |reply| PendingRun { due: now, missed: 0, cause: Cause::Manual, reply: Some(reply) };
        if self.in_flight.is_empty() {
            return self.start(run(reply), now);
        }
        match self.definition.options.overlap {
            Overlap::Queue if self.backlog.is_empty() => {
                if let Some(reply) = reply.may_wait() {
                    self.backlog.push(run(reply));
                }
            }
            Overlap::Skip | Overlap::Queue => reply.send(Triggered::Skipped),
            // A thread can't be cancelled: the new run waits for it.
            Overlap::Cancel if self.definition.is_blocking() => {
                if let Some(reply) = reply.may_wait() {
                    self.replace(run(reply), now);
                }
            }
            Overlap::Cancel => self.replace(run(reply), now),
            Overlap::Allow => self.start(run(reply), now),
        }
    }
}
