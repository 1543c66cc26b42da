//! Who holds which executor thread. Each thread that polls a host's code has a slot of its own and writes two numbers
//! into it at each poll; the watch thread reads them and looks at the clock, so that the poll need not.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::ServiceRecord;
use crate::sync::lock::lock_unpoisoned;

/// The executor threads of one host.
#[derive(Debug, Default)]
pub(crate) struct PollTracker {
    threads: Mutex<Vec<Arc<ThreadSlot>>>,
}

#[derive(Debug)]
struct ThreadSlot {
    /// Counts polls, so that the same number seen twice is one and the same poll.
    epoch: AtomicUsize,
    /// The address of the record whose code is polled; 0 between polls.
    owner: AtomicUsize,
    thread: String,
}

/// A poll that was under way when the watch looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LongPoll {
    /// Which thread: all of a runtime's may have one name.
    pub(crate) slot: usize,
    pub(crate) thread: String,
    pub(crate) epoch: usize,
    pub(crate) owner: usize,
}

thread_local! {
    /// This thread's slot in each host that it has polled for; nearly always one.
    static HERE: RefCell<Vec<(Weak<PollTracker>, Arc<ThreadSlot>)>> = const { RefCell::new(Vec::new()) };
}

/// The mark of one poll; dropping it puts back what stood there before (polls nest when a host runs within a host).
pub(crate) struct PollMark<'a> {
    slots: &'a Arc<PollTracker>,
    before: usize,
}

impl PollTracker {
    pub(crate) fn poll<'a>(self: &'a Arc<Self>, record: &ServiceRecord) -> PollMark<'a> {
        PollMark { slots: self, before: self.mark(address(record)) }
    }

    /// No lock, no allocation and no atomic read-modify-write, but for a thread's first poll.
    fn mark(self: &Arc<Self>, owner: usize) -> usize {
        let marked = HERE.try_with(|here| {
            let mut here = here.borrow_mut();
            let known = here.iter().position(|(slots, _)| std::ptr::eq(slots.as_ptr(), Arc::as_ptr(self)));
            let known = known.unwrap_or_else(|| {
                here.retain(|(slots, _)| slots.strong_count() > 0);
                here.push((Arc::downgrade(self), self.enrol()));
                here.len() - 1
            });
            let slot = &here[known].1;
            let before = slot.owner.load(Ordering::Relaxed);
            slot.epoch.store(slot.epoch.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
            slot.owner.store(owner, Ordering::Release);
            before
        });
        marked.unwrap_or(0) // the thread is ending: nothing to watch any more
    }

    /// The address of the record whose code this thread runs for this host: polls it, or runs it on the blocking pool.
    pub(crate) fn here(self: &Arc<Self>) -> Option<usize> {
        let polled = HERE.try_with(|here| {
            let here = here.borrow();
            let known = here.iter().find(|(slots, _)| std::ptr::eq(slots.as_ptr(), Arc::as_ptr(self)));
            known.map_or(0, |(_, slot)| slot.owner.load(Ordering::Relaxed))
        });
        let address = polled.ok().filter(|address| *address != 0);
        address.or_else(|| crate::state::actor::said().map(|actor| actor.record))
    }

    /// The address of the record whose code this thread polls, for whichever host.
    pub(crate) fn polled() -> Option<usize> {
        HERE.try_with(|here| {
            let here = here.borrow();
            here.iter().map(|(_, slot)| slot.owner.load(Ordering::Relaxed)).find(|owner| *owner != 0)
        })
        .ok()?
    }

    fn enrol(&self) -> Arc<ThreadSlot> {
        let thread = std::thread::current();
        let name = thread.name().map_or_else(|| format!("{:?}", thread.id()), str::to_owned);
        let slot =
            Arc::new(ThreadSlot { epoch: AtomicUsize::new(0), owner: AtomicUsize::new(0), thread: name });
        let mut threads = lock_unpoisoned(&self.threads);
        threads.retain(|slot| Arc::strong_count(slot) > 1); // the others' threads have ended
        threads.push(slot.clone());
        slot
    }

    /// Grows with every poll.
    #[cfg(feature = "testing")]
    pub(crate) fn polls(&self) -> usize {
        let threads = lock_unpoisoned(&self.threads);
        threads.iter().fold(0, |sum, slot| sum.wrapping_add(slot.epoch.load(Ordering::Relaxed)))
    }

    /// Every poll under way.
    pub(crate) fn held(&self) -> Vec<LongPoll> {
        let threads = lock_unpoisoned(&self.threads);
        let held = threads.iter().map(|slot| (slot, slot.owner.load(Ordering::Acquire)));
        let held = held.filter(|(_, owner)| *owner != 0);
        held.map(|(slot, owner)| LongPoll {
            slot: Arc::as_ptr(slot).addr(),
            owner,
            epoch: slot.epoch.load(Ordering::Relaxed),
            thread: slot.thread.clone(),
        })
        .collect()
    }
}

/// What a slot knows a record by.
pub(crate) fn address(record: &ServiceRecord) -> usize {
    std::ptr::from_ref(record).addr()
}

impl Drop for PollMark<'_> {
    fn drop(&mut self) {
        self.slots.mark(self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Role;

    #[test]
    fn a_poll_is_seen_while_it_lasts() {
        let (slots, record) = (Arc::new(PollTracker::default()), ServiceRecord::apart(Role::Task, "x"));
        assert_eq!(slots.held(), []);
        let poll = slots.poll(&record);
        let seen = slots.held();
        assert_eq!(seen.iter().map(|held| held.owner).collect::<Vec<_>>(), [address(&record)]);
        assert_eq!(slots.held(), seen, "the same poll");
        drop(poll);
        assert_eq!(slots.held(), []);
        let _poll = slots.poll(&record);
        assert_ne!(slots.held(), seen, "another poll");
    }

    #[test]
    fn hosts_on_one_thread_do_not_see_each_other() {
        let (one, two, record) = (
            Arc::new(PollTracker::default()),
            Arc::new(PollTracker::default()),
            ServiceRecord::apart(Role::Task, "x"),
        );
        let _outer = one.poll(&record);
        let _inner = two.poll(&record);
        assert_eq!((one.held().len(), two.held().len()), (1, 1));
    }
}
