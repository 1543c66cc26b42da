//! The deadlines of a host's timers, in order, and the task that sleeps until the first of them and wakes the tasks of the timers that
//! are due. A timer looks at its due times itself.

use std::collections::BTreeMap;
use std::fmt;
use std::mem::take;
use std::sync::{Arc, Mutex};
use std::task::Waker;

use tokio::sync::Notify;

use super::at::At;
use super::clock;
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::select2;

/// How many timers are woken before they get their turn. More of them would overflow the local queue of the executor thread.
const WOKEN_AT_ONCE: usize = 128;

/// All deadlines of one host.
#[derive(Default)]
pub(crate) struct TimerQueue {
    deadlines: Mutex<Deadlines>,
    /// A deadline is earlier than the driver knows, or the queue is closed.
    changed: Notify,
}

#[derive(Default)]
struct Deadlines {
    /// The tasks of the timers. Those with equal deadlines share an entry, so that timers that began together stay together.
    by_time: BTreeMap<At, Vec<Waker>>,
    /// The room of an entry that is gone, for the next one: that of many timers is large.
    spare: Vec<Waker>,
    /// When the driver wakes by itself, if it does.
    wakes_at: Option<At>,
    closed: bool,
}

impl TimerQueue {
    /// Moves the deadline of the timer whose task this is from `old` to `new`. An `old` that has passed can be
    /// left out: if it is still there, it wakes the task once more.
    pub(crate) fn set(&self, task: &Waker, old: Option<At>, new: Option<At>) {
        let mut deadlines = lock_unpoisoned(&self.deadlines);
        let removed = old.and_then(|old| deadlines.remove(task, old));
        let mut earlier = false;
        if let Some(new) = new.filter(|_| !deadlines.closed) {
            deadlines.insert(removed.unwrap_or_else(|| task.clone()), new);
            earlier = deadlines.wakes_at.is_none_or(|wakes_at| new < wakes_at);
            if earlier {
                deadlines.wakes_at = Some(new);
            }
        }
        drop(deadlines);
        if earlier {
            self.changed.notify_one();
        }
    }

    /// Forgets all deadlines and takes no more; the driver returns.
    pub(crate) fn close(&self) {
        let mut deadlines = lock_unpoisoned(&self.deadlines);
        deadlines.closed = true;
        let forgotten = take(&mut deadlines.by_time);
        drop(deadlines);
        self.changed.notify_one();
        drop(forgotten); // not under the lock: a waker may be the last owner of its task
    }
}

impl Deadlines {
    fn insert(&mut self, task: Waker, deadline: At) {
        self.by_time.entry(deadline).or_insert_with(|| take(&mut self.spare)).push(task);
    }

    fn remove(&mut self, task: &Waker, deadline: At) -> Option<Waker> {
        let tasks = self.by_time.get_mut(&deadline)?;
        let position = tasks.iter().position(|known| known.will_wake(task));
        let removed = position.map(|position| tasks.swap_remove(position));
        if tasks.is_empty() {
            self.by_time.remove(&deadline);
        }
        removed
    }

    /// Moves the tasks of timers that are due at `now` into `due`. Returns the next deadline.
    fn take_due(&mut self, now: At, due: &mut Vec<Waker>) -> Option<At> {
        while let Some(first) = self.by_time.first_entry().filter(|first| *first.key() <= now) {
            let mut tasks = first.remove();
            due.append(&mut tasks);
            self.spare = tasks;
        }
        self.wakes_at = self.by_time.first_key_value().map(|(first, _)| *first);
        self.wakes_at
    }
}

/// The task that wakes timers. It runs none of the user's code, and holds nothing of the user's.
pub(crate) struct TimerDriver {
    queue: Arc<TimerQueue>,
    due: Vec<Waker>,
}

impl TimerDriver {
    pub(crate) fn new(queue: Arc<TimerQueue>) -> Self {
        TimerDriver { queue, due: Vec::new() }
    }

    /// Wakes timers at their deadlines until the queue is closed.
    pub(crate) async fn run(mut self) {
        loop {
            let next = {
                let mut deadlines = lock_unpoisoned(&self.queue.deadlines);
                if deadlines.closed {
                    return;
                }
                deadlines.take_due(At::now(), &mut self.due)
            };
            let mut woken = 0;
            for task in self.due.drain(..) {
                if woken == WOKEN_AT_ONCE {
                    tokio::task::yield_now().await;
                    woken = 0;
                }
                task.wake();
                woken += 1;
            }
            match next {
                Some(next) => {
                    select2(clock::sleep_until(next.instant()), self.queue.changed.notified()).await;
                }
                None => self.queue.changed.notified().await,
            }
        }
    }
}

impl fmt::Debug for TimerQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count: usize = lock_unpoisoned(&self.deadlines).by_time.values().map(Vec::len).sum();
        write!(f, "TimerQueue({count} deadlines)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::Wake;
    use std::time::Duration;

    fn at(micros: u64) -> At {
        At::of_bits(0).later(Duration::from_micros(micros))
    }

    #[derive(Default)]
    struct Task(AtomicU32);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn task() -> (Arc<Task>, Waker) {
        let task = Arc::new(Task::default());
        (task.clone(), task.into())
    }

    proptest! {
        /// Timers set their deadlines again and again, before and after they have passed: each is woken once for the last one set, in
        /// time.
        #[test]
        fn each_is_woken_for_its_last_deadline(steps in proptest::collection::vec((0usize..8, 0u64..2_000, any::<bool>()), 1..200)) {
            let queue = TimerQueue::default();
            let tasks: Vec<_> = (0..8).map(|_| task()).collect();
            let mut set = [None; 8];
            let (mut now, mut due) = (0, Vec::new());
            for (timer, distance, look) in steps {
                if look {
                    now += distance;
                    let _ = lock_unpoisoned(&queue.deadlines).take_due(at(now), &mut due);
                    due.drain(..).for_each(Waker::wake);
                    for ((task, _), set) in tasks.iter().zip(&mut set) {
                        let is_due = set.is_some_and(|deadline| deadline <= at(now));
                        prop_assert_eq!(task.0.swap(0, Ordering::SeqCst), u32::from(is_due));
                        *set = set.filter(|_| !is_due);
                    }
                } else {
                    let next = (distance % 5 > 0).then(|| at(now + distance));
                    queue.set(&tasks[timer].1, set[timer], next);
                    set[timer] = next;
                }
                let first = lock_unpoisoned(&queue.deadlines).by_time.first_key_value().map(|(first, _)| *first);
                prop_assert_eq!(first, set.iter().flatten().min().copied());
            }
        }
    }

    /// As with a fixed delay of a day whose timer is triggered each second.
    #[test]
    fn a_deadline_that_is_moved_leaves_nothing_behind() {
        let (queue, (_, task)) = (TimerQueue::default(), task());
        let mut old = None;
        for micros in 0..100_000 {
            let new = Some(at(86_400_000_000 + micros));
            queue.set(&task, old, new);
            old = new;
        }
        assert_eq!(format!("{queue:?}"), "TimerQueue(1 deadlines)");
    }

    #[test]
    fn a_closed_queue_forgets_and_takes_nothing() {
        let (queue, (task, waker)) = (TimerQueue::default(), task());
        queue.set(&waker, None, Some(at(1)));
        queue.close();
        queue.set(&waker, Some(at(1)), Some(at(2)));
        assert!(lock_unpoisoned(&queue.deadlines).by_time.is_empty());
        drop(waker);
        assert_eq!(Arc::strong_count(&task), 1);
    }
}
