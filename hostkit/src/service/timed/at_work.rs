//! A timer at work: in the hands of its own task, or of whoever rings the host's alarms, never of both.
//!
//! A usual run of a timer is begun where its alarm rings, which costs neither a wake-up nor a task's turn; all else is done in
//! the timer's own task. Neither waits for the other: the ringer leaves word, and the task comes back a moment later.

use std::future::{Future, poll_fn};
use std::hint::black_box;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::task::{Context as Cx, Poll};
use std::time::Duration;

use super::fire::{Fire, Rung, Timer};
use crate::alarms::Alarm;
use crate::at::At;
use crate::clock;
use crate::inject::Context;
use crate::life::Guard;
use crate::now::Now;
use crate::outcome::RunResult;
use crate::race::race;
use crate::service::Call;
use crate::service::control::Control;

/// When a task looks again that found its timer in a ringer's hands: a run that is begun there holds its thread for less, or
/// else for so long that it does not matter.
const A_MOMENT: Duration = Duration::from_millis(1);

/// Laid out for [`touch`](Alarm::touch): of each cache line of it, something can be read without the lock.
#[repr(C, align(64))]
pub(super) struct AtWork {
    /// Only ever tried. Nothing once it has ended: a ringer may have this in hand a little longer, which the stop waits for.
    fire: Mutex<Option<Fire>>,
    /// Its alarm has rung, and the timer's task is to look.
    rung: AtomicBool,
    control: Arc<Control>,
    /// To be touched.
    call: Arc<dyn Call>,
    /// For whoever is not its own task, which has one.
    guard: Guard,
}

impl AtWork {
    pub(super) fn begin(timer: Arc<Timer>, context: Context) -> Arc<Self> {
        Arc::new_cyclic(|this| AtWork {
            control: timer.control.clone(),
            call: timer.call.clone(),
            guard: context.guard(),
            fire: Mutex::new(Some(Fire::of(timer, context, this.clone()))),
            rung: AtomicBool::new(false),
        })
    }

    /// Fires until the host closes its timers or this one is told to stop, or until a failure that is meant to stop the host.
    pub(super) async fn work(&self, context: &Context) -> RunResult {
        let (shared, record) = (&context.shared, &context.record);
        let over = || record.signal().is_raised() || shared.closing.is_raised();
        // Out of the way of what is touched more often.
        let mut told = Box::pin(race(record.signal().raised(), shared.closing.raised()));
        let mut spoken = Box::pin(self.control.spoken());
        let mut pause: Option<Pin<Box<dyn Future<Output = ()> + Send>>> = None;
        poll_fn(|cx| {
            if !over() {
                let _ = told.as_mut().poll(cx); // once it is ready, it is over
            }
            while spoken.as_mut().poll(cx).is_ready() {
                spoken.set(self.control.spoken()); // before the look, so that no word is missed
            }
            loop {
                if let Some(turned) = self.turn(cx) {
                    pause = None;
                    return turned;
                }
                let pause = pause.get_or_insert_with(|| Box::pin(clock::sleep(A_MOMENT)));
                std::task::ready!(pause.as_mut().poll(cx));
                *pause = Box::pin(clock::sleep(A_MOMENT));
            }
        })
        .await
    }

    /// The task's turn, unless the timer is in other hands.
    fn turn(&self, cx: &mut Cx<'_>) -> Option<Poll<RunResult>> {
        let mut fire = self.free()?;
        let turned = fire.as_mut().map_or(Poll::Pending, |fire| fire.turn(cx, &self.rung));
        if turned.is_ready() {
            *fire = None;
        }
        Some(turned)
    }

    fn free(&self) -> Option<MutexGuard<'_, Option<Fire>>> {
        match self.fire.try_lock() {
            Ok(fire) => Some(fire),
            Err(TryLockError::Poisoned(fire)) => Some(fire.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl Alarm for AtWork {
    fn ring(&self, due: At, now: &mut Now) -> Option<At> {
        let ring = |mut fire: MutexGuard<'_, Option<Fire>>| fire.as_mut().map(|fire| fire.ring(due, now));
        match self.guard.within(|| self.free().map(ring)) {
            Some(Some(Rung::Fired(next))) => return next,
            Some(Some(Rung::Stale) | None) => {}
            Some(Some(Rung::Look)) | None => {
                self.rung.store(true, Ordering::Release);
                self.control.nudge();
            }
        }
        None
    }

    fn touch(&self, pointers: u8) {
        match pointers {
            0 => {
                black_box((
                    self.fire.is_poisoned(),
                    self.rung.load(Ordering::Relaxed),
                    &raw const *self.control,
                ));
            }
            1 => {
                self.call.touch();
                self.control.history.touch();
            }
            _ => self.control.history.touch_far(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cache_line_has_something_to_be_touched() {
        assert_eq!(std::mem::offset_of!(AtWork, fire), 0);
        assert!((64..128).contains(&std::mem::offset_of!(AtWork, rung)));
    }
}
