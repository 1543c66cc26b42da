//! Room for jobs that wait. Free places are counted under the inbox's lock, which every enqueue takes anyway; only a producer that
//! finds none waits, at a semaphore: first come, first served, and it can be dropped at any time.
//!
//! Each waits for one place, however many it could use: a producer that waits for many would keep what becomes free from all
//! behind it, and from itself. While any waits, places that become free go to the semaphore. What is left there when none does
//! any more comes back.

use tokio::sync::{Semaphore, TryAcquireError};

use super::inbox::Inbox;
use super::memory_source::MemorySource;
use crate::sync::lock::lock_unpoisoned;

/// Places for jobs that are yet to be accepted; given back unless they are used.
pub(super) struct Permits<'a, J: Send + 'static> {
    store: &'a MemorySource<J>,
    pub(super) count: usize,
}

impl<J: Send + 'static> Permits<'_, J> {
    /// The jobs were accepted, and hold them.
    pub(super) fn used(mut self) {
        self.count = 0;
    }
}

impl<J: Send + 'static> Drop for Permits<'_, J> {
    fn drop(&mut self) {
        self.store.give_back(self.count);
    }
}

/// Who waits for room.
struct PermitTurn<'a, J: Send + 'static>(&'a MemorySource<J>);

impl<J: Send + 'static> Drop for PermitTurn<'_, J> {
    fn drop(&mut self) {
        let mut inbox = lock_unpoisoned(&self.0.inbox);
        inbox.in_turn -= 1;
        if inbox.in_turn == 0 {
            inbox.places += self.0.room.forget_permits(Semaphore::MAX_PERMITS);
        }
    }
}

impl<J> Inbox<J> {
    /// So many places, or as many as there are.
    pub(super) fn take(&mut self, count: usize, room: &Semaphore) -> usize {
        if self.places == 0 {
            return room.forget_permits(count); // more came than producers wait for
        }
        let count = count.min(self.places);
        self.places -= count;
        count
    }

    /// So many places are free again, unless who waits is to have them.
    pub(super) fn free(&mut self, count: &mut usize) {
        if self.in_turn == 0 {
            self.places += std::mem::take(count);
        }
    }
}

impl<J: Send + 'static> MemorySource<J> {
    /// So many places, or as many as there are; waits while there is none. Nothing from a queue that is closed.
    pub(super) async fn places(&self, count: usize) -> Option<Permits<'_, J>> {
        let turn = {
            let mut inbox = lock_unpoisoned(&self.inbox);
            let taken = if inbox.closed { return None } else { inbox.take(count, &self.room) };
            if taken > 0 {
                return Some(Permits { store: self, count: taken });
            }
            inbox.in_turn += 1;
            PermitTurn(self)
        };
        let waits = self.room_waits.begin();
        self.room.acquire().await.ok()?.forget();
        drop(waits);
        let mut places = Permits { store: self, count: 1 };
        drop(turn); // before the look: what is left for producers that wait comes back with the last of them
        if count > 1 {
            places.count += lock_unpoisoned(&self.inbox).take(count - 1, &self.room);
        }
        Some(places)
    }

    /// One place, if there is one.
    pub(super) fn place_now(&self) -> Result<Permits<'_, J>, TryAcquireError> {
        let mut inbox = lock_unpoisoned(&self.inbox);
        if inbox.closed {
            return Err(TryAcquireError::Closed);
        }
        match inbox.take(1, &self.room) {
            0 => Err(TryAcquireError::NoPermits),
            count => Ok(Permits { store: self, count }),
        }
    }

    pub(super) fn give_back(&self, mut count: usize) {
        if count > 0 {
            lock_unpoisoned(&self.inbox).free(&mut count);
            self.room.add_permits(count); // wakes, which is not done under a lock
        }
    }
}
