//! Which executor threads stand still. A thread that is in `block_in_place` is none any more: another goes on in its place. So a poll that
//! lasts holds one up only if there is one that has neither parked nor got through its tasks since.

use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};

/// What the runtime tells of its workers, when it last told something else.
#[derive(Debug, Default)]
pub(crate) struct Executors(Vec<Executor>);

#[derive(Debug)]
struct Executor {
    parked: u64,
    busy: Duration,
    since: Instant,
}

impl Executors {
    /// Compares with the last look.
    pub(crate) fn look(&mut self, runtime: &Handle, now: Instant) {
        if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
            return;
        }
        let metrics = runtime.metrics();
        for index in 0..metrics.num_workers() {
            let (parked, busy) =
                (metrics.worker_park_unpark_count(index), metrics.worker_total_busy_duration(index));
            match self.0.get_mut(index) {
                Some(known) if (known.parked, known.busy) == (parked, busy) => {}
                Some(known) => *known = Executor { parked, busy, since: now },
                None => self.0.push(Executor { parked, busy, since: now }),
            }
        }
    }

    /// How many have stood still since then. On the only thread there is, nothing can take its place.
    pub(crate) fn stuck_since(&self, since: Instant) -> usize {
        if self.0.is_empty() {
            return usize::MAX;
        }
        // An odd count is of one that is parked.
        self.0.iter().filter(|one| one.parked.is_multiple_of(2) && one.since <= since).count()
    }
}
