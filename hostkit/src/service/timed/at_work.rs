//! A timer at work: in the hands of its own task, or of whoever rings the host's alarms, never of both.
//!
//! A usual run of a timer is begun where its alarm rings, which costs neither a wake-up nor a task's turn; all else is done in
//! the timer's own task. Nobody waits for the other: who finds it taken leaves word, and the task looks again.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::task::Poll;

use super::fire::{Fire, Rung, Timer};
use crate::alarms::Alarm;
use crate::at::At;
use crate::inject::Context;
use crate::life::Guard;
use crate::now::Now;
use crate::outcome::RunResult;
use crate::race::race;
use crate::service::control::Control;

pub(super) struct AtWork {
    /// Only ever tried.
    fire: Mutex<Fire>,
    /// Its alarm has rung, and the timer's task is to look.
    rung: AtomicBool,
    /// Somebody found it taken.
    again: AtomicBool,
    control: Arc<Control>,
    /// For whoever is not its own task, which has one.
    guard: Guard,
}

impl AtWork {
    pub(super) fn begin(timer: Arc<Timer>, context: Context) -> Arc<Self> {
        Arc::new_cyclic(|this| AtWork {
            control: timer.control.clone(),
            guard: context.guard(),
            fire: Mutex::new(Fire::of(timer, context, this.clone())),
            rung: AtomicBool::new(false),
            again: AtomicBool::new(false),
        })
    }

    /// Fires until the host closes its timers or this one is told to stop, or until a failure that is meant to stop the host.
    pub(super) async fn work(self: Arc<Self>, context: Context) -> RunResult {
        let (shared, record) = (context.shared, context.record);
        let over = || record.signal().is_raised() || shared.closing.is_raised();
        // Out of the way of what is touched more often.
        let mut told = Box::pin(race(record.signal().raised(), shared.closing.raised()));
        let mut spoken = Box::pin(self.control.spoken());
        poll_fn(|cx| {
            if !over() {
                let _ = told.as_mut().poll(cx); // once it is ready, it is over
            }
            while spoken.as_mut().poll(cx).is_ready() {
                spoken.set(self.control.spoken()); // before the look, so that no word is missed
            }
            self.with(|fire| fire.turn(cx, &self.rung)).unwrap_or(Poll::Pending)
        })
        .await
    }

    fn with<T>(&self, work: impl FnOnce(&mut Fire) -> T) -> Option<T> {
        let mut fire = self.free().or_else(|| {
            self.again.store(true, Ordering::Relaxed);
            fence(Ordering::SeqCst); // either it is free by now, or who has it will find the word
            self.free()
        })?;
        let done = work(&mut fire);
        drop(fire);
        fence(Ordering::SeqCst);
        if self.again.load(Ordering::Relaxed) {
            self.again.store(false, Ordering::Relaxed);
            self.control.nudge();
        }
        Some(done)
    }

    fn free(&self) -> Option<MutexGuard<'_, Fire>> {
        match self.fire.try_lock() {
            Ok(fire) => Some(fire),
            Err(TryLockError::Poisoned(fire)) => Some(fire.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl Alarm for AtWork {
    fn ring(&self, due: At, now: &mut Now) -> Option<At> {
        let rung = self.guard.within(|| self.with(|fire| fire.ring(due, now)));
        match rung {
            Some(Rung::Fired(next)) => return next,
            Some(Rung::Stale) => {}
            Some(Rung::Look) | None => {
                self.rung.store(true, Ordering::Release);
                self.control.nudge();
            }
        }
        None
    }
}
