//! Which providers are called, and in which order; or what is missing, there twice, in a ring, or needed where it can't be.

use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::draft::Draft;
use super::levels::levels;
use super::problem::{Problem, Provided};
use super::suggestion::suggestions;
use super::wiring::{Link, Part, Suppliers, Wiring};
use crate::registry::Origin;
use crate::service::Lifetime;

/// Similar types are looked for only for the first missing ones: each look goes through all types that there are.
const SUGGESTED: usize = 20;

/// Which providers are called, and for what; all as positions in the draft.
#[derive(Default)]
pub(crate) struct ProviderUse {
    /// Once, when the host starts: each level needs values of the levels before it only.
    pub(crate) shared: Vec<Vec<usize>>,
    /// Anew for each run of a service: the service, and its providers, each after those that it needs.
    pub(crate) fresh: Vec<(usize, Vec<usize>)>,
}

/// What a test gave takes the place of everything else that is found by the same type.
pub(crate) fn replace(draft: &mut Draft) {
    let Draft { given, values, providers, .. } = draft;
    let instead = || given.iter().filter(|given| given.instead);
    let all: HashSet<TypeId> = instead().flat_map(|given| given.keys).collect();
    // A value in an `Arc` is found by what it holds: its first key is the second of the value without.
    let firsts: HashSet<TypeId> = instead().map(|given| given.keys[0]).collect();
    let stays = |keys: &[TypeId; 2]| !all.contains(&keys[0]) && !firsts.contains(&keys[1]);
    providers.retain(|entry| stays(&entry.provision.keys));
    given.retain(|given| {
        let stays = given.instead || stays(&given.keys);
        if !stays && !firsts.contains(&given.keys[0]) {
            values.remove(given.keys[0]);
        }
        stays
    });
}

pub(crate) fn needs(
    draft: &Draft,
    suppliers: &Suppliers<'_>,
    wiring: &Wiring<'_>,
) -> (ProviderUse, Vec<Problem>) {
    let (needed, rings) = provider_use(draft, wiring);
    let mut problems = two_values(draft);
    problems.extend(rings);
    problems.extend(two_providers(draft, suppliers, wiring));
    let outlived = wiring.links.iter().filter(|link| outlives(draft, link));
    for (provider, by) in grouped(outlived.filter_map(|link| Some((link.to?, who(draft, link.from))))) {
        problems.push(Problem::OutlivesRun { provider: provided(draft, provider), by });
    }
    problems.extend(missing(draft, wiring));
    (needed, problems)
}

fn provider_use(draft: &Draft, wiring: &Wiring<'_>) -> (ProviderUse, Vec<Problem>) {
    let needed: Vec<usize> = wiring.providers().collect();
    let place: HashMap<usize, usize> =
        needed.iter().enumerate().map(|(place, provider)| (*provider, place)).collect();
    let is_fresh = |place: &usize| has_runs(draft, Part::Provider(needed[*place]));
    let mut after = vec![Vec::new(); needed.len()];
    let mut of_runs = Vec::new();
    for link in wiring.links.iter().filter(|link| !outlives(draft, link)) {
        match (link.from, link.to) {
            (Part::Provider(from), Some(Part::Provider(to))) => after[place[&from]].push(place[&to]),
            (Part::Service(from), Some(Part::Provider(to))) if is_fresh(&place[&to]) => {
                of_runs.push((from, place[&to]));
            }
            _ => {}
        }
    }
    let (levels, rings) = order(after.clone());
    let providers = |places: Vec<usize>| places.into_iter().map(|place| needed[place]).collect();
    let shared = levels.iter().map(|level| level.iter().copied().filter(|place| !is_fresh(place)).collect());
    let fresh = grouped(of_runs).into_iter().map(|(service, mut open): (usize, Vec<usize>)| {
        let mut reached = HashSet::new();
        while let Some(place) = open.pop() {
            if is_fresh(&place) && reached.insert(place) {
                open.extend(&after[place]);
            }
        }
        let ordered = levels.iter().flatten().copied().filter(|place| reached.contains(place));
        (service, providers(ordered.collect()))
    });
    let used = ProviderUse {
        shared: shared.filter(|level: &Vec<usize>| !level.is_empty()).map(providers).collect(),
        fresh: fresh.collect(),
    };
    let member = |place: &usize| provided(draft, Part::Provider(needed[*place]));
    let ring = |ring: &Vec<usize>| Problem::ProviderRing { members: ring.iter().map(member).collect() };
    (used, rings.iter().map(ring).collect())
}

/// The levels of what can be ordered, and every ring.
fn order(mut after: Vec<Vec<usize>>) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let mut rings = Vec::new();
    loop {
        match levels(&after) {
            Ok(levels) => return (levels, rings),
            Err(ring) => {
                ring.iter().for_each(|place| after[*place].clear());
                rings.push(ring);
            }
        }
    }
}

/// Whether the part may have values that are made for one run.
fn has_runs(draft: &Draft, part: Part) -> bool {
    match part {
        Part::Service(index) => draft.entries[index].wants.runs,
        Part::Provider(index) => draft.providers[index].provision.lifetime == Lifetime::Run,
        Part::Hook(_) | Part::Given(_) => false,
    }
}

/// Whether something that has no runs needs a value that is made for one.
fn outlives(draft: &Draft, link: &Link<'_>) -> bool {
    let made_for_a_run = matches!(link.to, Some(to @ Part::Provider(_)) if has_runs(draft, to));
    made_for_a_run && !has_runs(draft, link.from)
}

/// Values that were given twice under one type.
fn two_values(draft: &Draft) -> Vec<Problem> {
    let mut seen = HashSet::new();
    let again = draft.given.iter().filter(|given| !seen.insert(given.keys[0]) && !given.instead);
    again.map(|given| Problem::TwoValues { of: given.of, second: given.origin }).collect()
}

/// Types that something needs and that more than one part provides.
fn two_providers(draft: &Draft, suppliers: &Suppliers<'_>, wiring: &Wiring<'_>) -> Vec<Problem> {
    let mut seen = HashSet::new();
    let needs = wiring.links.iter().filter(|link| !link.is_queue && seen.insert(link.need.keys[0]));
    let all = needs.map(|link| (link.need.of, suppliers.providing(link.need).collect::<Vec<_>>()));
    let twice = all.filter(|(_, by)| by.len() > 1);
    let by = |by: Vec<Part>| by.into_iter().map(|part| provided(draft, part)).collect();
    twice.map(|(of, parts)| Problem::TwoProviders { of, by: by(parts) }).collect()
}

fn missing(draft: &Draft, wiring: &Wiring<'_>) -> Vec<Problem> {
    let mut seen = HashSet::new(); // a function may need a type twice
    let absent = wiring.links.iter().filter(|link| {
        let is_missing = !link.is_queue && link.to.is_none() && !link.need.optional;
        is_missing && seen.insert((link.from, link.need.keys[0]))
    });
    let by_type = grouped(absent.map(|link| (link.need.keys[0], link)));
    if by_type.is_empty() {
        return Vec::new();
    }
    let given = (0..draft.given.len()).map(Part::Given);
    let parts = given.chain((0..draft.providers.len()).map(Part::Provider));
    let all: Vec<Provided> = parts.map(|part| provided(draft, part)).collect();
    let problem = |(index, (_, links)): (usize, (TypeId, Vec<&Link<'_>>))| {
        let of = links[0].need.of;
        let suggestions = if index < SUGGESTED { suggestions(of, &all) } else { Vec::new() };
        Problem::MissingValue {
            of,
            by: links.iter().map(|link| who(draft, link.from)).collect(),
            suggestions,
        }
    };
    by_type.into_iter().enumerate().map(problem).collect()
}

fn who(draft: &Draft, part: Part) -> (String, Origin) {
    (draft.name(part).to_owned(), draft.origin(part))
}

fn provided(draft: &Draft, part: Part) -> Provided {
    let name = matches!(part, Part::Provider(_)).then(|| draft.name(part).to_owned());
    Provided { name, of: draft.value_type(part).unwrap_or_default(), at: draft.origin(part) }
}

/// The values of each key, in the order in which the keys were met.
fn grouped<K: Copy + Eq + Hash, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Vec<(K, Vec<V>)> {
    let mut groups: Vec<(K, Vec<V>)> = Vec::new();
    let mut index_of = HashMap::new();
    for (key, value) in pairs {
        let index = *index_of.entry(key).or_insert(groups.len());
        if index == groups.len() {
            groups.push((key, Vec::new()));
        }
        groups[index].1.push(value);
    }
    groups
}
