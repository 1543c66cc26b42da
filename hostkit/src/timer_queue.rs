//! The deadlines of a host's timers, in order, and the task that sleeps until the first of them and wakes the tasks of the timers that
//! are due. A timer looks at its due times itself.

use std::collections::BTreeMap;
use std::fmt;
use std::mem::take;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;

use tokio::sync::Notify;

use crate::at::At;
use crate::clock;
use crate::locked::locked;
use crate::race::race;

/// All deadlines of one host.
#[derive(Default)]
pub(crate) struct TimerQueue {
    deadlines: Mutex<Deadlines>,
    /// A deadline is earlier than the driver knows, or the queue is closed.
    changed: Notify,
}

#[derive(Default)]
struct Deadlines {
    /// Timers with equal deadlines share an entry of the map, so that those that began together stay together.
    by_time: BTreeMap<At, Vec<Arc<TimerEntry>>>,
    /// When the driver wakes by itself, if it does.
    wakes_at: Option<At>,
    closed: bool,
}

/// A timer's place in the queue, which has at most one deadline for it.
pub(crate) struct TimerEntry {
    /// Of the timer's task.
    waker: Waker,
    /// Its deadline has passed, and the timer has not seen it yet. Set under the queue's lock.
    fired: AtomicBool,
}

impl TimerEntry {
    /// For the timer whose task has this waker.
    pub(crate) fn new(waker: Waker) -> Arc<Self> {
        Arc::new(TimerEntry { waker, fired: AtomicBool::new(false) })
    }

    /// Whether the deadline has passed since it was set. True once.
    pub(crate) fn take_fired(&self) -> bool {
        self.fired.load(Ordering::Acquire) && self.fired.swap(false, Ordering::AcqRel)
    }
}

impl TimerQueue {
    /// Moves the deadline of a timer from `old`, which may have passed, to `new`.
    pub(crate) fn set(&self, entry: &Arc<TimerEntry>, old: Option<At>, new: Option<At>) {
        let mut deadlines = locked(&self.deadlines);
        if let Some(old) = old {
            deadlines.remove(entry, old);
            entry.fired.store(false, Ordering::Release);
        }
        let Some(new) = new.filter(|_| !deadlines.closed) else { return };
        deadlines.by_time.entry(new).or_default().push(entry.clone());
        let earlier = deadlines.wakes_at.is_none_or(|wakes_at| new < wakes_at);
        if earlier {
            deadlines.wakes_at = Some(new);
            drop(deadlines);
            self.changed.notify_one();
        }
    }

    /// Forgets all deadlines and takes no more; the driver returns.
    pub(crate) fn close(&self) {
        let mut deadlines = locked(&self.deadlines);
        deadlines.closed = true;
        let forgotten = take(&mut deadlines.by_time);
        drop(deadlines);
        self.changed.notify_one();
        drop(forgotten); // not under the lock: a waker may be the last owner of its task
    }
}

impl Deadlines {
    fn remove(&mut self, entry: &Arc<TimerEntry>, deadline: At) {
        let Some(entries) = self.by_time.get_mut(&deadline) else { return };
        if let Some(position) = entries.iter().position(|known| Arc::ptr_eq(known, entry)) {
            entries.swap_remove(position);
        }
        if entries.is_empty() {
            self.by_time.remove(&deadline);
        }
    }

    /// Moves the entries that are due at `now` into `due`. Returns the next deadline.
    fn take_due(&mut self, now: At, due: &mut Vec<Arc<TimerEntry>>) -> Option<At> {
        while let Some(first) = self.by_time.first_entry().filter(|first| *first.key() <= now) {
            let entries = first.remove();
            entries.iter().for_each(|entry| entry.fired.store(true, Ordering::Release));
            due.extend(entries);
        }
        self.wakes_at = self.by_time.first_key_value().map(|(first, _)| *first);
        self.wakes_at
    }
}

/// The task that wakes timers. It runs none of the user's code, and holds nothing of the user's.
pub(crate) struct TimerDriver {
    queue: Arc<TimerQueue>,
    due: Vec<Arc<TimerEntry>>,
}

impl TimerDriver {
    pub(crate) fn new(queue: Arc<TimerQueue>) -> Self {
        TimerDriver { queue, due: Vec::new() }
    }

    /// Wakes timers at their deadlines until the queue is closed.
    pub(crate) async fn run(mut self) {
        loop {
            let next = {
                let mut deadlines = locked(&self.queue.deadlines);
                if deadlines.closed {
                    return;
                }
                deadlines.take_due(At::now(), &mut self.due)
            };
            for entry in self.due.drain(..) {
                entry.waker.wake_by_ref();
            }
            match next {
                Some(next) => {
                    race(clock::sleep_until(next.instant()), self.queue.changed.notified()).await;
                }
                None => self.queue.changed.notified().await,
            }
        }
    }
}

impl fmt::Debug for TimerQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count: usize = locked(&self.deadlines).by_time.values().map(Vec::len).sum();
        write!(f, "TimerQueue({count} deadlines)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn at(micros: u64) -> At {
        At::of_bits(0).later(Duration::from_micros(micros))
    }

    fn entry() -> Arc<TimerEntry> {
        TimerEntry::new(Waker::noop().clone())
    }

    proptest! {
        /// Timers set their deadlines again and again, before and after they have passed: each fires once for the last one set, in time.
        #[test]
        fn each_fires_for_its_last_deadline(steps in proptest::collection::vec((0usize..8, 0u64..2_000, any::<bool>()), 1..200)) {
            let queue = TimerQueue::default();
            let entries: Vec<_> = (0..8).map(|_| entry()).collect();
            let mut set = [None; 8];
            let (mut now, mut due) = (0, Vec::new());
            for (timer, distance, look) in steps {
                if look {
                    now += distance;
                    let _ = locked(&queue.deadlines).take_due(at(now), &mut due);
                    for (entry, set) in entries.iter().zip(&mut set) {
                        let is_due = set.is_some_and(|deadline| deadline <= at(now));
                        prop_assert_eq!(entry.take_fired(), is_due);
                        *set = set.filter(|_| !is_due);
                    }
                } else {
                    let next = (distance % 5 > 0).then(|| at(now + distance));
                    queue.set(&entries[timer], set[timer], next);
                    set[timer] = next;
                }
                let first = locked(&queue.deadlines).by_time.first_key_value().map(|(first, _)| *first);
                prop_assert_eq!(first, set.iter().flatten().min().copied());
            }
        }
    }

    /// As with a fixed delay of a day whose timer is triggered each second.
    #[test]
    fn a_deadline_that_is_moved_leaves_nothing_behind() {
        let (queue, entry) = (TimerQueue::default(), entry());
        let mut old = None;
        for micros in 0..100_000 {
            let new = Some(at(86_400_000_000 + micros));
            queue.set(&entry, old, new);
            old = new;
        }
        assert_eq!(format!("{queue:?}"), "TimerQueue(1 deadlines)");
    }

    #[test]
    fn a_closed_queue_forgets_and_takes_nothing() {
        let (queue, entry) = (TimerQueue::default(), entry());
        queue.set(&entry, None, Some(at(1)));
        queue.close();
        queue.set(&entry, Some(at(1)), Some(at(2)));
        assert!(locked(&queue.deadlines).by_time.is_empty());
        assert_eq!((Arc::strong_count(&entry), entry.take_fired()), (1, false));
    }
}
