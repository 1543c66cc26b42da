//! The start: shared values, hooks, then level after level, all of a level at once. Whatever goes wrong asks for a stop and ends it here;
//! `stop` then takes down, in reverse, exactly what came up.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::core::Core;
use super::hooks;
use super::provide::provide;
use super::supervise;
use crate::host::plan::planned::PlannedLevel;
use crate::host::view::start_failure::StartProblem;
use crate::host::view::state::Status;
use crate::outcome::failure::Failure;
use crate::service::Moment;
use crate::state::State;
use crate::sync::select2::select2;
use crate::time::clock::{self, Instant};
use hostkit_grammar::duration::show;

/// What a service that dropped its `Ready` has to end and say why, before the drop itself is taken for the reason: an error
/// lets go of everything that the service holds before anybody hears of it.
pub(crate) const LAST_WORDS: Duration = Duration::from_millis(100);

/// Brings everything up; less, when a stop is requested meanwhile, by a failure or from outside.
pub(crate) async fn start(core: &Arc<Core>) {
    let limit = clock::after(core.settings.start_timeout);
    if !provide(core, limit).await || !hooks(core, Moment::Starting, limit).await {
        return;
    }
    for level in &core.levels {
        if !start_level(core, level, limit).await {
            return;
        }
    }
    let _ = core.times.stopping_hooks.set(());
    if !hooks(core, Moment::Started, limit).await {
        return;
    }
    let _ = core.times.started_in.set(clock::now().duration_since(core.begun));
    core.status.send_replace(Status::Ready);
    tell(core);
    core.shared.ready.cancel();
}

/// Whether to go on.
async fn hooks(core: &Arc<Core>, moment: Moment, limit: Instant) -> bool {
    for (hook, failure) in hooks::run(core, moment, limit).await {
        core.start_failed(
            &hook.name,
            Some(hook.origin),
            StartProblem::failed(format!("(on {moment}) failed"), &failure),
        );
        core.keep_hook(&hook.name, moment, hook.origin, failure);
    }
    !core.stop.is_raised()
}

async fn start_level(core: &Arc<Core>, level: &PlannedLevel, limit: Instant) -> bool {
    let begun = clock::now();
    level.level.begin(begun);
    core.keep_aborts(level.members.clone().map(|index| {
        core.services[index].record.starting();
        supervise::spawn(core, index)
    }));
    let mut unready = HashMap::new();
    loop {
        let news = level.level.news();
        if core.stop.is_raised() {
            return false;
        }
        if level.level.all_started() {
            return true;
        }
        let next = overdue(core, level, begun, limit, &mut unready);
        if core.stop.is_raised() {
            return false;
        }
        select2(select2(news, core.stop.raised()), core.until_pulse(next)).await;
    }
}

/// Fails the start for what can't become ready any more, or not in time; tells when to look again. `unready` remembers until
/// when to wait for the reason of whom.
fn overdue(
    core: &Core,
    level: &PlannedLevel,
    begun: Instant,
    limit: Instant,
    unready: &mut HashMap<usize, Instant>,
) -> Instant {
    let now = clock::now();
    let mut next = limit;
    for index in level.members.clone() {
        let service = &core.services[index];
        let (record, timeout) = (&service.record, service.policy.start_timeout);
        if record.state() != State::Starting {
            continue;
        }
        let deadline = begun.checked_add(timeout); // none: as good as never
        let heard_until = record.is_unready().then(|| *unready.entry(index).or_insert(now + LAST_WORDS));
        let how = if heard_until.is_some_and(|until| now >= until) {
            StartProblem::dropped_ready()
        } else if deadline.is_some_and(|deadline| now >= deadline) {
            let why = "`start_timeout` is too short, or it never calls `ready.notify()`";
            StartProblem::late(format!("did not start within {}", show(timeout)), why)
        } else if now >= limit {
            let limit = show(core.settings.start_timeout);
            StartProblem::late(format!("had not started within the host's `start_timeout` of {limit}"), "")
        } else {
            next = [deadline, heard_until].into_iter().flatten().fold(next, Instant::min);
            continue;
        };
        core.start_failed(record.name(), Some(service.origin), how.clone());
        record.failed(Failure::said(how.to_string()));
        record.blame();
    }
    next
}

/// The one line that says what runs.
fn tell(core: &Core) {
    if core.settings.by_hand {
        return;
    }
    const NAMED: usize = 10;
    let names: Vec<&str> = core.by_name().take(NAMED).map(|service| service.record.name()).collect();
    let count = core.services.len();
    let more = if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() };
    let took = core.times.started_in.get().copied().unwrap_or_default();
    tracing::info!(
        target: "hostkit",
        "ready in {took:.1?}: {count} service{} in {} level{}: {}{more}",
        if count == 1 { "" } else { "s" },
        core.levels.len(),
        if core.levels.len() == 1 { "" } else { "s" },
        names.join(", "),
    );
}
