//! The way to a timer from outside, and what it shows of itself: commands in (run now, pause, resume), its history out.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::Waker;

use tokio::sync::oneshot;

use super::timed::History;
use crate::outcome::failure::Failure;
use crate::sync::lock::lock_unpoisoned;

/// The answer to a trigger that no run will answer.
pub(crate) const NOT_RUNNING: Triggered = Triggered::Refused("the timer no longer runs");

/// What became of a run that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a run that was asked for may have been skipped"]
#[non_exhaustive]
pub enum Triggered {
    /// It ran, without an error.
    Done,
    /// It ran and failed.
    Failed(Failure),
    /// The run before is still going, and the overlap policy says that it is not to run.
    Skipped,
    /// It was cancelled by the run after it (`overlap = "cancel"`).
    Cancelled,
    /// It can't run: the service is not a timer, or is not running.
    Refused(&'static str),
}

/// A command to a timer.
pub(crate) enum TimerCommand {
    Trigger(TriggerReply),
    /// With its reason.
    Pause(String),
    Resume,
    /// The wall clock was set: a due time may have passed.
    CheckClock,
}

/// The answer to a run that asks for one which could not begin before it had ended itself.
const WAITS_FOR_ITSELF: Triggered = Triggered::Refused(
    "this run would wait for itself: the run that it triggers can't start before it ends; trigger that one from a task of \
     `Tasks`, or let runs overlap: `overlap = \"allow\"`",
);

/// The way back to the caller of a trigger. Dropped, it answers [`NOT_RUNNING`].
pub(crate) struct TriggerReply {
    to: oneshot::Sender<Triggered>,
    /// The caller is a run of this timer, or a run that a run of this timer waits for.
    in_a_ring: bool,
}

impl TriggerReply {
    pub(crate) fn send(self, triggered: Triggered) {
        let _ = self.to.send(triggered); // the caller may have gone
    }

    /// For a run that has to wait for the run before it. Refuses it, and returns nothing, where the caller would wait for ever.
    pub(crate) fn may_wait(self) -> Option<Self> {
        if self.in_a_ring {
            self.send(WAITS_FOR_ITSELF);
            return None;
        }
        Some(self)
    }
}

/// Shared by a timer and its handles.
pub(crate) struct Control {
    pub(crate) history: History,
    /// Nothing once the timer has ended.
    commands: Mutex<Option<VecDeque<TimerCommand>>>,
    /// Whether `commands` has any: the timer's task asks this at each wake, without the lock.
    has_commands: AtomicBool,
    /// The timer's task.
    listener: OnceLock<Waker>,
    /// Positions of the timers that its runs wait for.
    pub(crate) waits_for: Mutex<Vec<usize>>,
}

impl Control {
    pub(crate) fn new() -> Self {
        Control {
            history: History::default(),
            commands: Mutex::new(Some(VecDeque::new())),
            has_commands: AtomicBool::new(false),
            listener: OnceLock::new(),
            waits_for: Mutex::default(),
        }
    }

    /// Returns false if the timer has ended. A pause shows at once, and no due time after it runs.
    pub(crate) fn send(&self, command: TimerCommand) -> bool {
        let mut commands = lock_unpoisoned(&self.commands);
        let Some(commands) = commands.as_mut() else { return false };
        match &command {
            TimerCommand::Pause(reason) => self.history.pause(Some(reason.clone())),
            TimerCommand::Resume => self.history.pause(None),
            TimerCommand::Trigger(_) | TimerCommand::CheckClock => {}
        }
        commands.push_back(command);
        self.has_commands.store(true, Ordering::Release);
        if let Some(listener) = self.listener.get() {
            listener.wake_by_ref();
        }
        true
    }

    /// Asks for a run. `in_a_ring`: see [`TriggerReply::may_wait`].
    pub(crate) fn trigger(&self, in_a_ring: bool) -> impl Future<Output = Triggered> + use<> {
        let (to, reply) = oneshot::channel();
        self.send(TimerCommand::Trigger(TriggerReply { to, in_a_ring }));
        async move { reply.await.unwrap_or(NOT_RUNNING) }
    }

    /// Wakes this task at each command from here on.
    pub(crate) fn listen(&self, waker: Waker) {
        let _ = self.listener.set(waker); // a timer has one task
    }

    pub(crate) fn has_commands(&self) -> bool {
        self.has_commands.load(Ordering::Acquire)
    }

    pub(crate) fn next_command(&self) -> Option<TimerCommand> {
        let mut commands = lock_unpoisoned(&self.commands);
        let commands = commands.as_mut()?;
        let command = commands.pop_front();
        self.has_commands.store(!commands.is_empty(), Ordering::Release);
        command
    }

    /// The timer has ended: drops the commands that wait, and takes no more.
    pub(crate) fn close(&self) {
        let commands = lock_unpoisoned(&self.commands).take();
        drop(commands);
        self.history.expect(None);
    }
}

/// Closes the control when the timer is gone, however it went.
pub(crate) struct CloseOnDrop(pub(crate) Arc<Control>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}
