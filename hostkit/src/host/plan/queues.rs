//! What queues add to a plan: who brings which, who takes which, and what is wrong with that.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

use super::draft::{Draft, DraftService};
use super::needs::ProviderUse;
use super::order::{OrderNode, with_queues};
use super::problem::Problem;
use crate::inject::{Need, NeedSet, Values};
use crate::outcome::text::short;
use crate::queue::QueueControl;
use crate::registry::Origin;
use crate::state::ServiceName;

/// A queue of the plan, also that of a handler which is switched off.
pub(crate) struct PlannedQueue {
    pub(crate) name: ServiceName,
    pub(crate) steer: Arc<dyn QueueControl>,
}

/// Who brings what: positions by key. Of two, the one that is switched on.
fn bringers(entries: &[DraftService], enabled: &[bool]) -> HashMap<TypeId, usize> {
    let mut bringers = HashMap::new();
    for (i, entry) in entries.iter().enumerate() {
        for brought in &entry.made.exports {
            let known = bringers.entry(brought.key).or_insert(i);
            if enabled[i] && !enabled[*known] {
                *known = i;
            }
        }
    }
    bringers
}

fn taken(wants: &NeedSet) -> impl Iterator<Item = &Need> {
    wants.brought.iter()
}

/// Two handlers of one type of job, both switched on.
pub(crate) fn two_handlers(draft: &Draft, enabled: &[bool]) -> Vec<Problem> {
    let (mut first, mut problems) = (HashMap::new(), Vec::new());
    for (entry, _) in draft.entries.iter().zip(enabled).filter(|(_, enabled)| **enabled) {
        for brought in &entry.made.exports {
            let known: &mut (&ServiceName, Origin) =
                first.entry(brought.key).or_insert((&entry.name, entry.origin));
            if *known.0 != entry.name {
                problems.push(Problem::TwoHandlers {
                    of: brought.steer.of(),
                    first: (known.0.to_string(), known.1),
                    second: (entry.name.to_string(), entry.origin),
                });
            }
        }
    }
    problems
}

/// Queues that are taken, and that nobody works off.
pub(crate) fn unhandled(draft: &Draft, enabled: &[bool], needed: &ProviderUse) -> Vec<Problem> {
    let bringers = bringers(&draft.entries, enabled);
    let (mut told, mut problems) = (Vec::new(), Vec::new());
    for (name, at, wants) in takers(draft, enabled, needed) {
        for want in taken(wants).filter(|want| !bringers.contains_key(&want.keys[0])) {
            if !told.contains(&(name, want.of)) {
                told.push((name, want.of)); // each is told once
                problems.push(Problem::Unhandled { service: name.to_string(), of: want.of, at });
            }
        }
    }
    problems
}

/// Whatever runs and takes something: services, hooks, and what makes their values.
fn takers<'a>(
    draft: &'a Draft,
    enabled: &'a [bool],
    needed: &'a ProviderUse,
) -> impl Iterator<Item = (&'a ServiceName, Origin, &'a NeedSet)> {
    let running = draft.entries.iter().zip(enabled).filter(|(_, enabled)| **enabled);
    let services = running.map(|(entry, _)| (&entry.name, entry.origin, &entry.wants));
    let hooks = draft.hooks.iter().map(|entry| (&entry.name, entry.origin, &entry.hook.wants));
    let providers = needed.providers().map(|at| {
        let entry = &draft.providers[at];
        (&entry.provision.name, entry.origin, &entry.provision.wants)
    });
    services.chain(hooks).chain(providers)
}

/// Jobs that nobody will run, since their handler is switched off.
pub(crate) fn piling_up(draft: &Draft, enabled: &[bool], needed: &ProviderUse) -> Vec<String> {
    let bringers = bringers(&draft.entries, enabled);
    let mut warnings = Vec::new();
    for (name, _, wants) in takers(draft, enabled, needed) {
        for want in taken(wants) {
            let Some(off) = bringers.get(&want.keys[0]).filter(|i| !enabled[**i]) else { continue };
            warnings.push(format!(
                "`{name}` enqueues `{}`, but the handler `{}` is off: its jobs only pile up",
                short(want.of),
                draft.entries[*off].name
            ));
        }
    }
    warnings.sort();
    warnings.dedup();
    warnings
}

/// Whom each entry starts after, by `after` and by the queues that it fills; perhaps with a node that is no entry.
pub(crate) fn order(entries: &[DraftService], enabled: &[bool], after: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let bringers = bringers(entries, enabled);
    let node = |(entry, after): (&DraftService, Vec<usize>)| OrderNode {
        after,
        fills: taken(&entry.wants).filter_map(|want| bringers.get(&want.keys[0]).copied()).collect(),
        drains: !entry.made.exports.is_empty(),
    };
    with_queues(&entries.iter().zip(after).map(node).collect::<Vec<_>>())
}

/// Puts what is brought where it is taken from.
pub(crate) fn bring(
    entries: &mut [DraftService],
    enabled: &[bool],
    values: &mut Values,
) -> Vec<PlannedQueue> {
    let bringers = bringers(entries, enabled);
    let mut draining = Vec::new();
    for (i, entry) in entries.iter_mut().enumerate() {
        for brought in std::mem::take(&mut entry.made.exports) {
            if bringers.get(&brought.key) == Some(&i) {
                values.insert_brought(brought.key, brought.steer.of(), brought.value);
                draining.push(PlannedQueue { name: entry.name.clone(), steer: brought.steer });
            }
        }
    }
    draining
}
