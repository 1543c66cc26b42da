//! The end of queues: they go on until nothing that the host tracks can enqueue any more, then close; what is left is told.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::host::plan::planned::{PlannedLevel, PlannedQueue};
use crate::host::view::state::HostState;
use crate::host::view::stuck_queues::StuckQueues;
use crate::outcome::text::short;
use crate::state::{ServiceRecord, address};
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// Stops a level; meanwhile, if it has queues, looks out for the moment from which on nothing can be enqueued any more.
///
/// Whatever could enqueue stands above the first level that has a queue, or is needed by one, so it has ended.
pub(crate) async fn alongside(
    core: &HostState,
    level: &PlannedLevel,
    limit: Instant,
    stop: impl Future<Output = ()>,
) {
    if core.services[level.members.clone()].iter().all(|service| service.queue.is_none()) {
        return stop.await;
    }
    core.tasks.tell(limit); // what they still enqueue is worked off
    let mut stop = pin!(stop);
    if let Either::Right(()) = select2(stop.as_mut(), quiet(core, limit)).await {
        core.shared.quiet.cancel();
        stop.await;
    }
}

/// Waits until no task is left, and no queue has anything to do that could enqueue more: neither now nor, waiting for a retry, in the
/// time that it has. Told to stop, it knows that time; before, it has all that the host has. Of one that does not run, nothing will
/// ever be done.
async fn quiet(core: &HostState, limit: Instant) {
    let news = Arc::new(Notify::new());
    core.queues().for_each(|(_, queue)| queue.watch(news.clone()));
    loop {
        let idle = core.queues().all(|(service, queue)| {
            let deadline = service.record.deadline().unwrap_or(limit);
            !service.is_up() || queue.is_idle(deadline)
        });
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

/// Meanwhile closes queues that are stuck, for they will never have room. Jobs that wait for it are interrupted, and left over.
pub(crate) async fn close_the_stuck(core: &HostState) -> Infallible {
    loop {
        let stuck = StuckQueues::of(core);
        if stuck.has_tasks() {
            core.tasks.end_waits();
        }
        let queues = core.queues().filter(|(service, _)| stuck.has(&service.record));
        queues.for_each(|(_, queue)| queue.close(core.shared.id));
        let again = core.settings.stall_warning.max(Duration::from_millis(10));
        core.until_pulse(clock::after(again)).await;
    }
}

/// What a service that is aborted waited for, if it waited for room, as the end of a sentence.
pub(crate) fn waited_for(core: &HostState, record: &ServiceRecord) -> String {
    for PlannedQueue { name, steer } in &core.draining {
        if steer.room().waits.iter().any(|wait| wait.actor.record == address(record)) {
            let paused = if steer.paused().is_some() { ", which is paused" } else { "" };
            return format!(": it waited for room in `{name}`{paused}");
        }
    }
    String::new()
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
