//! The end of queues: they go on until nothing that the host tracks can enqueue any more, then close; what is left is told.

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::Notify;

use super::stop::is_up;
use crate::host::plan::planned::PlannedLevel;
use crate::host::plan::queues::PlannedQueue;
use crate::host::view::state::HostState;
use crate::outcome::text::short;
use crate::sync::select2::{Either, select2};
use crate::time::clock::Instant;

/// Stops a level; meanwhile, if it has queues, looks out for the moment from which on nothing can be enqueued any more.
///
/// Whatever could enqueue stands above the first level that has a queue, or is needed by one, so it has ended.
pub(crate) async fn alongside(
    core: &HostState,
    level: &PlannedLevel,
    limit: Instant,
    stop: impl Future<Output = ()>,
) {
    let here =
        |queue: &PlannedQueue| core.find(&queue.name).is_some_and(|index| level.members.contains(&index));
    if !core.draining.iter().any(here) {
        return stop.await;
    }
    core.tasks.tell(limit); // what they still enqueue is worked off
    let mut stop = pin!(stop);
    if let Either::Right(()) = select2(stop.as_mut(), quiet(core, limit)).await {
        core.shared.quiet.cancel();
        stop.await;
    }
}

/// Waits until no task is left, and no queue has anything to do that could enqueue more.
async fn quiet(core: &HostState, limit: Instant) {
    let news = Arc::new(Notify::new());
    core.draining.iter().for_each(|queue| queue.steer.watch(news.clone()));
    loop {
        let idle = core.draining.iter().all(|queue| is_idle(core, queue, limit));
        let look_again = select2(news.notified(), core.pulse.notified());
        if !core.tasks.is_empty() {
            select2(core.tasks.ended(), look_again).await;
        } else if idle {
            return;
        } else {
            look_again.await;
        }
    }
}

/// Whether it has nothing to do: neither now nor, waiting for a retry, in the time that it has. Told to stop, it knows that time;
/// before, it has all that the host has. Of one that does not run, nothing will ever be done.
fn is_idle(core: &HostState, queue: &PlannedQueue, limit: Instant) -> bool {
    let service = core.find(&queue.name).map(|index| &core.services[index]);
    service.filter(|service| is_up(service)).is_none_or(|service| {
        let deadline = service.record.deadline().unwrap_or(limit);
        queue.steer.is_idle(deadline)
    })
}

/// Closes them all and says what is left.
pub(crate) fn close(core: &HostState) {
    core.draining.iter().for_each(|queue| queue.steer.close(core.shared.id));
    tell_left(core);
}

/// Says what was accepted and is not done.
pub(crate) fn tell_left(core: &HostState) {
    for PlannedQueue { name, steer } in &core.draining {
        let left = steer.left();
        if left > 0 {
            let of = short(steer.of());
            let s = if left == 1 { "" } else { "s" };
            tracing::warn!(target: "hostkit", service = &**name, left, "{left} job{s} of type `{of}` left over in `{name}`: accepted, and not done");
        }
    }
}
