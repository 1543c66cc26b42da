//! The stop: hooks, then level after level in reverse, each service with its own deadline inside the host's; then what the
//! tasks still have to do, then the last hooks. What is late is aborted and named.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::core::{Core, Status};
use super::plan::{PlannedLevel, Service};
use super::request::StopCause;
use crate::clock::{self, Instant};
use crate::life::State;
use crate::outcome::Ending;
use crate::race::race;
use crate::service::Moment;

/// What an aborted service has to drop what it holds; one that holds a thread never does.
const ABORT_GRACE: Duration = Duration::from_millis(100);

pub(super) async fn stop(core: &Arc<Core>) {
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
    core.shared.closing.cancel();
    for level in core.levels.iter().rev() {
        stop_level(core, level, deadline).await;
    }
    core.tasks.drain(deadline, &core.pulse).await;
    let _ = core.times.closing.set(clock::real_now());
    hooks(core, Moment::Stopped, clock::after(core.settings.close_timeout)).await;
    let _ = core.times.stopped_in.set(clock::now().duration_since(begun));
    core.status.send_replace(Status::Stopped);
}

async fn hooks(core: &Arc<Core>, moment: Moment, limit: Instant) {
    for (name, failure) in super::hooks::run(core, moment, limit).await {
        core.keep_hook(&name, moment, failure);
    }
}

fn tell(core: &Core) {
    match core.stop.cause() {
        Some(cause) => tracing::info!(target: "hostkit", "stopping, because of {cause}"),
        None => tracing::info!(target: "hostkit", "stopping"),
    }
}

async fn stop_level(core: &Core, level: &PlannedLevel, limit: Instant) {
    let told = clock::now();
    let members = || level.members.clone().map(|index| (index, &core.services[index]));
    // What has ended is told too: it may have left a task behind that listens.
    for (_, service) in members().filter(|(_, service)| service.record.state() != State::Waiting) {
        service.record.tell(told, deadline_of(service, told, limit));
    }
    // Services that never came up keep the level's own count open: it is asked for here, one by one, only when it can't close.
    let mut unended: Vec<usize> = Vec::new();
    let mut aborted: HashSet<usize> = HashSet::new();
    loop {
        let news = level.level.news();
        if level.level.all_ended() {
            return;
        }
        unended.clear();
        unended.extend(members().filter(|(_, service)| is_up(service)).map(|(index, _)| index));
        let now = clock::now();
        let late = |index: &usize| now >= deadline_of(&core.services[*index], told, limit);
        let lately: Vec<usize> =
            unended.iter().copied().filter(|index| late(index) && !aborted.contains(index)).collect();
        for index in &lately {
            abort(core, *index, now.duration_since(told));
        }
        aborted.extend(lately);
        if unended.iter().all(|index| aborted.contains(index)) {
            break;
        }
        let next = unended
            .iter()
            .map(|index| deadline_of(&core.services[*index], told, limit))
            .filter(|at| *at > now)
            .min();
        race(news, core.until_pulse(next.unwrap_or(limit))).await;
    }
    let grace = clock::after(ABORT_GRACE);
    while unended.iter().any(|index| is_up(&core.services[*index])) && clock::now() < grace {
        race(level.level.news(), core.until_pulse(grace)).await;
    }
    for index in unended {
        // Still there: it holds its thread. It is left behind.
        core.services[index].record.ended(Ending::Aborted);
    }
}

fn is_up(service: &Service) -> bool {
    !service.record.has_ended() && service.record.state() != State::Waiting
}

fn deadline_of(service: &Service, told: Instant, limit: Instant) -> Instant {
    told.checked_add(service.policy.stop_timeout).unwrap_or(limit).min(limit)
}

fn abort(core: &Core, index: usize, given: Duration) {
    let record = &core.services[index].record;
    let _span =
        tracing::info_span!(target: "hostkit", parent: None, "service", name = record.name()).entered();
    tracing::error!(target: "hostkit", "did not stop within {given:.1?} and is aborted");
    core.abort(index);
}
