//! What queues add to a plan: what is wrong with them, and the order of those that fill and drain them.

use std::collections::{BTreeSet, HashSet};

use super::draft::{Draft, DraftService};
use super::order::{OrderNode, with_queues};
use super::planned::PlannedQueue;
use super::problem::Problem;
use super::wiring::{Link, Part, Suppliers, Wiring};
use crate::inject::{Need, Values};
use crate::outcome::text::short;
use crate::state::ServiceName;

pub(crate) fn problems(draft: &Draft, suppliers: &Suppliers<'_>, wiring: &Wiring<'_>) -> Vec<Problem> {
    two_handlers(draft, suppliers).into_iter().chain(unhandled(draft, wiring)).collect()
}

/// Two handlers of one type of job, both switched on.
fn two_handlers(draft: &Draft, suppliers: &Suppliers<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, entry) in draft.entries.iter().enumerate().filter(|(index, _)| suppliers.enabled[*index]) {
        for export in &entry.made.exports {
            let Some(first) = suppliers.of_key(export.key).first() else { continue };
            if *first != Part::Service(index) && *draft.name(*first) != *entry.name {
                problems.push(Problem::TwoHandlers {
                    of: export.steer.of(),
                    first: (draft.name(*first).to_owned(), draft.origin(*first)),
                    second: (entry.name.to_string(), entry.origin),
                });
            }
        }
    }
    problems
}

/// Queues that something needs and no service handles.
fn unhandled(draft: &Draft, wiring: &Wiring<'_>) -> Vec<Problem> {
    let mut seen = HashSet::new();
    let links = wiring.links.iter().filter(|link| link.is_queue && link.to.is_none());
    let links = links.filter(|link| seen.insert((link.from, link.need.of)));
    let problem = |link: &Link<'_>| {
        let (service, at) = (draft.name(link.from).to_owned(), draft.origin(link.from));
        Problem::Unhandled { service, of: link.need.of, at }
    };
    links.map(problem).collect()
}

/// Jobs that will not run, since their handler is switched off.
pub(crate) fn warnings(draft: &Draft, suppliers: &Suppliers<'_>, wiring: &Wiring<'_>) -> Vec<String> {
    let off = wiring.links.iter().filter_map(|link| match link.to? {
        Part::Service(index) if !suppliers.enabled[index] => Some((link, &draft.entries[index].name)),
        _ => None,
    });
    let warning = |(link, handler): (&Link<'_>, &ServiceName)| {
        let (name, of) = (draft.name(link.from), short(link.need.of));
        format!("`{name}` enqueues `{of}`, but the handler `{handler}` is off: its jobs only pile up")
    };
    let warnings: BTreeSet<String> = off.map(warning).collect();
    warnings.into_iter().collect()
}

/// What each entry starts after, by `after` and by the queues that it fills; perhaps with a node that is no entry.
pub(crate) fn order(draft: &Draft, suppliers: &Suppliers<'_>, after: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let node = |(entry, after): (&DraftService, Vec<usize>)| OrderNode {
        after,
        fills: entry.wants.queues().iter().filter_map(|need| handler(suppliers, need)).collect(),
        drains: !entry.made.exports.is_empty(),
    };
    with_queues(&draft.entries.iter().zip(after).map(node).collect::<Vec<_>>())
}

fn handler(suppliers: &Suppliers<'_>, need: &Need) -> Option<usize> {
    match suppliers.providing(need).next()? {
        Part::Service(index) => Some(index),
        _ => None,
    }
}

/// The services whose queues are taken.
pub(crate) fn handlers(draft: &Draft, suppliers: &Suppliers<'_>) -> HashSet<usize> {
    let is_taken = |index: &usize| {
        let keys = draft.entries[*index].made.export_keys();
        keys.into_iter().any(|key| suppliers.of_key(key).first() == Some(&Part::Service(*index)))
    };
    (0..draft.entries.len()).filter(is_taken).collect()
}

/// Puts the queues of these handlers where they are taken from.
pub(crate) fn provide(
    entries: &mut [DraftService],
    handlers: &HashSet<usize>,
    values: &mut Values,
) -> Vec<PlannedQueue> {
    let mut draining = Vec::new();
    for (_, entry) in entries.iter_mut().enumerate().filter(|(index, _)| handlers.contains(index)) {
        for brought in std::mem::take(&mut entry.made.exports) {
            values.insert_brought(brought.key, brought.steer.of(), brought.value);
            entry.made.queue = Some(brought.steer.clone());
            draining.push(PlannedQueue { name: entry.name.clone(), steer: brought.steer });
        }
    }
    draining
}
