//! Runs of timers that ask for runs and wait for them: who waits for whom, so that none waits for itself.

use std::collections::HashSet;
use std::sync::Arc;

use super::state::HostState;
use crate::service::Control;
use crate::state::address;
use crate::sync::lock::lock_unpoisoned;

/// A run of one timer waits for a run of another, or of the same; until it is dropped.
pub(crate) struct TriggerWaits {
    by: Arc<Control>,
    target: usize,
}

impl TriggerWaits {
    /// The run whose code this thread is in, if it is a timer's, waits for a run of the timer at `target` from here on. And whether that
    /// one's runs wait for this one already.
    pub(crate) fn begin(core: &HostState, target: usize) -> Option<(Self, bool)> {
        let here = core.shared.slots.here()?;
        let asks = core.services.iter().position(|service| address(&service.record) == here)?;
        let by = core.services[asks].control.clone()?;
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
            && let Some(control) = &core.services[next].control
        {
            open.extend(lock_unpoisoned(&control.waits_for).iter());
        }
    }
    false
}
