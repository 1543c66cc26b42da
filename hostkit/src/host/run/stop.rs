//! The stop: hooks, then level after level in reverse, each service with its own deadline inside the host's; then what the
//! tasks still have to do, then the values are closed, then the last hooks. What is late is aborted and named.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::close::close;
use super::core::Core;
use super::{drain, hooks};
use crate::host::plan::planned::PlannedLevel;
use crate::host::view::request::StopCause;
use crate::host::view::state::Status;
use crate::outcome::result::Ending;
use crate::service::Moment;
use crate::state::{State, address};
use crate::sync::select2::select2;
use crate::time::clock::{self, Instant};

/// What an aborted service has to drop what it holds; one that holds a thread never does.
const ABORT_GRACE: Duration = Duration::from_millis(100);

/// When it began; what the host holds is still to be dropped.
pub(crate) async fn stop(core: &Arc<Core>) -> Instant {
    let was_ready = core.status.send_replace(Status::Stopping) == Status::Ready;
    tell(core);
    if was_ready && core.stop.cause() != Some(&StopCause::NoWorkLeft) {
        core.until(clock::after(core.settings.drain_delay)).await;
    }
    let begun = clock::now();
    let deadline = clock::after(core.settings.stop_timeout);
    if core.times.stopping_hooks.get().is_some() {
        hooks(core, Moment::Stopping, deadline).await;
    }
    core.tasks.stopping();
    core.shared.closing.cancel();
    let levels = async {
        for level in core.levels.iter().rev() {
            drain::alongside(core, level, deadline, stop_level(core, level, deadline)).await;
        }
    };
    select2(levels, drain::close_the_stuck(core)).await;
    // Runs whose timer was aborted drop what they hold on their own tasks. One that holds its thread is left behind.
    let grace = clock::after(ABORT_GRACE).min(clock::later(deadline, ABORT_GRACE));
    select2(core.shared.timer_runs.wait_until_zero(), core.until(grace)).await;
    if !was_ready {
        cancelled(core, deadline).await;
    }
    drain::close(core);
    select2(core.tasks.drain(deadline, &core.pulse), drain::close_the_stuck(core)).await;
    let _ = core.times.closing.set(clock::real_now());
    let deadline = clock::after(core.settings.close_timeout);
    close(core, deadline).await;
    hooks(core, Moment::Stopped, deadline).await;
    begun
}

async fn hooks(core: &Arc<Core>, moment: Moment, limit: Instant) {
    for (hook, failure) in hooks::run(core, moment, limit).await {
        core.keep_hook(&hook.name, moment, hook.origin, failure);
    }
}

/// A `fn` of the start can't be cancelled: what it makes is to be closed, so it is waited for.
async fn cancelled(core: &Core, limit: Instant) {
    let limit = clock::after(core.settings.close_timeout).min(limit);
    select2(core.shared.offloaded.wait_until_zero(), core.until(limit)).await;
    if !core.shared.offloaded.is_empty() {
        tracing::warn!(
            target: "hostkit",
            "a `fn` of the cancelled start still runs and is left behind: its value will not be closed"
        );
    }
}

fn tell(core: &Core) {
    if core.settings.by_hand {
        return;
    }
    match core.stop.cause() {
        Some(cause) => tracing::info!(target: "hostkit", "stopping, because of {cause}"),
        None => tracing::info!(target: "hostkit", "stopping"),
    }
}

async fn stop_level(core: &Core, level: &PlannedLevel, limit: Instant) {
    let told = clock::now();
    // What has ended is told too: it may have left a task behind that listens.
    for service in
        core.services[level.members.clone()].iter().filter(|one| one.record.state() != State::Waiting)
    {
        service.record.tell(told, service.stop_deadline(told, limit));
    }
    let late = abort_the_late(core, level, told, limit).await;
    // One for all that are aborted at the host's deadline: were it one a level, many levels would outlast the host's time.
    let grace = clock::after(ABORT_GRACE).min(clock::later(limit, ABORT_GRACE));
    while late.iter().any(|index| core.services[*index].is_up()) && clock::now() < grace {
        select2(level.level.news(), core.until_pulse(grace)).await;
    }
    leave_behind(core, late);
}

/// Waits until all have ended or been aborted; the latter come out.
async fn abort_the_late(core: &Core, level: &PlannedLevel, told: Instant, limit: Instant) -> HashSet<usize> {
    let mut aborted = HashSet::new();
    loop {
        let news = level.level.news();
        if level.level.all_ended() {
            return aborted;
        }
        let (now, mut next) = (clock::now(), None);
        // Services that never came up keep the level's own count open, so each is looked at.
        for index in level.members.clone().filter(|index| core.services[*index].is_up()) {
            let deadline = core.services[index].stop_deadline(told, limit);
            if deadline > now {
                next = Some(next.map_or(deadline, |next: Instant| next.min(deadline)));
            } else if aborted.insert(index) {
                abort(core, index, now.duration_since(told));
            }
        }
        match next {
            Some(next) => select2(news, core.until_pulse(next)).await,
            None => return aborted,
        };
    }
}

fn abort(core: &Core, index: usize, given: Duration) {
    let record = &core.services[index].record;
    let _span = record.span().entered();
    let waited = drain::waited_for(core, record);
    tracing::error!(target: "hostkit", "did not stop within {given:.1?} and is aborted{waited}");
    record.out_of_time();
    core.abort(index);
}

/// Those that an abort could not end.
fn leave_behind(core: &Core, aborted: HashSet<usize>) {
    let holders: Vec<usize> = core.shared.slots.held().iter().map(|held| held.owner).collect();
    let records = aborted.into_iter().map(|index| &core.services[index].record);
    for record in records.filter(|record| !record.has_ended()) {
        let _span = record.span().entered();
        if holders.contains(&address(record)) {
            tracing::error!(target: "hostkit", "blocks its executor thread and can't be aborted: it is left behind");
        } else {
            tracing::error!(target: "hostkit", "is left behind: it runs on a thread of its own, or got no thread to end on");
        }
        record.ended(Ending::Aborted);
    }
}
