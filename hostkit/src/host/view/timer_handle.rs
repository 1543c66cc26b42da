//! The timer of a service, seen and steered from outside.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use super::service_handle::ServiceHandle;
use super::state::HostState;
use crate::service::{Control, Counts, NOT_RUNNING, RunReport, Triggered};
use crate::state::address;
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::time::clock_reading::ClockReading;

/// The timer of a service of a running host: when it is due, how its runs went, and a run by hand.
/// [`ServiceHandle::timer`] gives it.
///
/// ```
/// use hostkit::prelude::*;
///
/// #[hosted_service]
/// async fn impatient(host: HostHandle) {
///     if let Some(sweep) = host.service("sweep").and_then(|service| service.timer()) {
///         tracing::info!("{:?}, next due: {:?}", sweep.trigger().await, sweep.next_due());
///     }
/// }
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct TimerHandle {
    pub(super) service: ServiceHandle,
    pub(super) timer: Arc<Control>,
}

impl TimerHandle {
    /// Runs it now, also while it is paused. Its overlap policy applies; the answer comes when the run has ended.
    ///
    /// A run that asks for one which could not begin before it had ended itself is refused: with `overlap = "queue"` a run of the same
    /// timer, or of one whose run waits for it.
    pub async fn trigger(&self) -> Triggered {
        let ServiceHandle { core, index } = &self.service;
        let waits = TriggerWaits::begin(core, *index);
        let in_a_ring = waits.as_ref().is_some_and(|(_, in_a_ring)| *in_a_ring);
        // A timer of a host that never became ready hears nothing.
        match select2(self.timer.trigger(in_a_ring), core.finished.cancelled()).await {
            Either::Left(triggered) => triggered,
            Either::Right(()) => NOT_RUNNING,
        }
    }

    /// When it is due next, by the wall clock. `None` while nothing is due: beside a fixed delay while a run goes, or after its end.
    pub fn next_due(&self) -> Option<SystemTime> {
        let next = self.timer.history.next()?;
        Some(ClockReading::read(self.service.core.shared.wall).wall_at(next))
    }

    /// When it is due next, by the runtime's clock.
    #[cfg(feature = "testing")]
    pub(crate) fn next_instant(&self) -> Option<tokio::time::Instant> {
        self.timer.history.next()
    }

    /// The last 20 runs, the oldest first.
    pub fn last_runs(&self) -> Vec<RunReport> {
        self.timer.history.runs()
    }

    /// How many due times were skipped: because the run before was still going, or because it was paused.
    pub fn skipped(&self) -> u64 {
        self.counts().skipped()
    }

    /// How many of the [`skipped`](TimerHandle::skipped) due times were skipped because it was paused.
    pub fn skipped_paused(&self) -> u64 {
        self.counts().paused
    }

    /// How many runs were still going when the next due time came, whatever became of that.
    pub fn overruns(&self) -> u64 {
        self.counts().overruns
    }

    /// How many due times were missed, because the process could not run or the wall clock leapt over them.
    pub fn missed(&self) -> u64 {
        self.counts().missed
    }

    /// How many runs began more than a second late.
    pub fn late(&self) -> u64 {
        self.counts().late
    }

    /// How often a due time passed without anything happening.
    pub fn overdue(&self) -> u64 {
        self.counts().overdue
    }

    fn counts(&self) -> Counts {
        self.timer.history.counts()
    }
}

impl fmt::Debug for TimerHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimerHandle")
            .field("name", &self.service.name())
            .field("next", &self.next_due())
            .finish()
    }
}

/// A run of one timer waits for a run of another, or of the same; until it is dropped.
struct TriggerWaits {
    by: Arc<Control>,
    target: usize,
}

impl TriggerWaits {
    /// The run whose code this thread is in, if it is a timer's, waits for a run of the timer at `target` from here on. And whether that
    /// one's runs wait for this one already, so that it would wait for itself.
    fn begin(core: &HostState, target: usize) -> Option<(Self, bool)> {
        let here = core.shared.slots.here()?;
        let asks = core.services.iter().position(|service| address(&service.record) == here)?;
        let by = core.services[asks].timer.clone()?;
        lock_unpoisoned(&by.waits_for).push(target); // before the look: of two that do this at once, one at least sees the other
        let waits = TriggerWaits { by, target };
        Some((waits, asks == target || reaches(core, target, asks)))
    }
}

impl Drop for TriggerWaits {
    fn drop(&mut self) {
        let mut waits = lock_unpoisoned(&self.by.waits_for);
        if let Some(place) = waits.iter().position(|target| *target == self.target) {
            waits.swap_remove(place);
        }
    }
}

/// Whether runs of `from` wait for runs of `to`, themselves or by way of others.
fn reaches(core: &HostState, from: usize, to: usize) -> bool {
    let (mut seen, mut open) = (HashSet::new(), vec![from]);
    while let Some(next) = open.pop() {
        if next == to {
            return true;
        }
        if seen.insert(next)
            && let Some(timer) = &core.services[next].timer
        {
            open.extend(lock_unpoisoned(&timer.waits_for).iter());
        }
    }
    false
}
