//! The end of queues: they go on until nothing that the host tracks can enqueue any more, then close; what is left is told.

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::Notify;

use super::core::Core;
use super::plan::PlannedLevel;
use super::queues::Draining;
use crate::clock::Instant;
use crate::race::{First, race};

/// Stops a level; meanwhile, if it has queues, looks out for the moment from which on nothing can be enqueued any more.
///
/// Whatever could enqueue stands above the first level that has a queue, or is needed by one, so it has ended.
pub(super) async fn alongside(
    core: &Core,
    level: &PlannedLevel,
    limit: Instant,
    stop: impl Future<Output = ()>,
) {
    let draining =
        |name: &str| core.services[level.members.clone()].iter().any(|one| one.record.name() == name);
    if !core.draining.iter().any(|queue| draining(&queue.name)) {
        return stop.await;
    }
    core.tasks.tell(limit); // what they still enqueue is worked off
    let mut stop = pin!(stop);
    if let First::Right(()) = race(stop.as_mut(), quiet(core, limit)).await {
        core.shared.quiet.cancel();
        stop.await;
    }
}

/// Waits until no task is left, and no queue has anything to do that could enqueue more.
async fn quiet(core: &Core, limit: Instant) {
    let news = Arc::new(Notify::new());
    core.draining.iter().for_each(|queue| queue.steer.watch(news.clone()));
    loop {
        // A queue that waits for a retry is not idle, if the retry comes in time.
        let idle = core.draining.iter().all(|queue| queue.steer.is_idle(deadline_of(core, queue, limit)));
        let look_again = race(news.notified(), core.pulse.notified());
        if !core.tasks.is_empty() {
            race(core.tasks.ended(), look_again).await;
        } else if idle {
            return;
        } else {
            look_again.await;
        }
    }
}

/// Until when a queue has time: told to stop, it knows; before, it has all that the host has; and none where it does not run.
fn deadline_of(core: &Core, queue: &Draining, limit: Instant) -> Instant {
    match core.find(&queue.name).map(|index| &core.services[index].record) {
        Some(record) if record.has_ended() => core.begun,
        Some(record) => record.deadline().unwrap_or(limit),
        None => core.begun,
    }
}

/// Closes them all and says what is left.
pub(super) fn close(core: &Core) {
    for Draining { name, steer } in &core.draining {
        steer.close();
        let left = steer.left();
        if left > 0 {
            let of = super::problem::short(steer.of());
            let s = if left == 1 { "" } else { "s" };
            tracing::warn!(target: "hostkit", service = &**name, left, "{left} job{s} of type `{of}` left over in `{name}`: accepted, and not done");
        }
    }
}
