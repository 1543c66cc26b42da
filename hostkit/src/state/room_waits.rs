//! Which code waits for room in one bounded queue, and since when. Code that no host runs is not noted.

use std::sync::Mutex;

use super::Actor;
use crate::sync::lock::lock_unpoisoned;
use crate::time::clock::{self, Instant};

/// The waits for room in one queue.
#[derive(Debug, Default)]
pub(crate) struct RoomWaits(Mutex<Vec<RoomWait>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RoomWait {
    pub(crate) actor: Actor,
    pub(crate) since: Instant,
}

/// A wait; it ends when this is dropped.
pub(crate) struct WaitingForRoom<'a> {
    waits: &'a RoomWaits,
    wait: RoomWait,
}

impl RoomWaits {
    /// The code that runs on this thread waits from here on.
    pub(crate) fn begin(&self) -> Option<WaitingForRoom<'_>> {
        let wait = RoomWait { actor: Actor::current()?, since: clock::now() };
        lock_unpoisoned(&self.0).push(wait);
        Some(WaitingForRoom { waits: self, wait })
    }

    pub(crate) fn list(&self) -> Vec<RoomWait> {
        lock_unpoisoned(&self.0).clone()
    }
}

impl Drop for WaitingForRoom<'_> {
    fn drop(&mut self) {
        let mut waits = lock_unpoisoned(&self.waits.0);
        if let Some(at) = waits.iter().position(|wait| *wait == self.wait) {
            waits.swap_remove(at);
        }
    }
}
