//! A blueprint in, a plan or every problem out. A rule is a function; none stops at its first find.

use std::sync::Arc;

use hostkit_grammar as grammar;

use super::levels::levels;
use super::plan::{Plan, PlannedLevel, Service};
use super::problem::Problem;
#[cfg(feature = "queue")]
use super::queues;
use super::settings::Settings;
use crate::clock::Wall;
use crate::inject::Want;
use crate::life::{Level, Record};
use crate::registry::{Blueprint, Entry};

/// What to run of what there is: names and groups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    pub(crate) only: Option<Vec<String>>,
    pub(crate) except: Vec<String>,
}

impl Selection {
    pub(crate) fn takes(&self, entry: &Entry) -> bool {
        let named = |names: &[String]| names.iter().any(|name| answers_to(entry, name));
        self.only.as_deref().is_none_or(named) && !named(&self.except)
    }

    /// Names that select nothing, each with the nearest that would.
    pub(crate) fn unknown(&self, blueprint: &Blueprint) -> Vec<(String, Option<String>)> {
        let names = self.only.iter().flatten().chain(&self.except);
        let unknown = names.filter(|name| !blueprint.entries.iter().any(|entry| answers_to(entry, name)));
        let known = || {
            let entries = blueprint.entries.iter();
            entries
                .flat_map(|entry| [Some(&entry.name), entry.declaration.group.as_ref()].into_iter().flatten())
        };
        unknown.map(|name| (name.clone(), nearest(name, known().map(|known| &**known)))).collect()
    }
}

fn answers_to(entry: &Entry, name: &str) -> bool {
    entry.name == name || entry.declaration.group.as_deref() == Some(name)
}

fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    grammar::nearest(name, known).map(str::to_owned)
}

pub(crate) fn validate(
    mut blueprint: Blueprint,
    settings: Settings,
    selection: &Selection,
    mut problems: Vec<Problem>,
) -> Result<Plan, Vec<Problem>> {
    blueprint.entries.sort_by(|a, b| a.name.cmp(&b.name));
    blueprint.hooks.sort_by(|a, b| a.name.cmp(&b.name));
    problems.extend(names(&blueprint));
    problems.extend(options(&blueprint));
    problems.extend(expected(&blueprint, &settings));
    problems.extend(selected(&blueprint, selection));
    problems.extend(two_values(&blueprint));
    let (after, unknown) = order(&blueprint.entries);
    problems.extend(unknown);
    let declared = blueprint.entries.len();
    let enabled: Vec<bool> =
        blueprint.entries.iter().map(|entry| entry.declaration.enabled && selection.takes(entry)).collect();
    problems.extend(missing_values(&blueprint, &enabled));
    #[cfg(feature = "queue")]
    problems.extend(queues::two_handlers(&blueprint, &enabled));
    #[cfg(feature = "queue")]
    problems.extend(queues::unhandled(&blueprint, &enabled));
    if !enabled.contains(&true) {
        problems.push(Problem::Nothing { declared });
    }
    let levels = levels(&after);
    #[cfg(feature = "queue")]
    let levels =
        levels.and_then(|_| super::levels::levels(&queues::order(&blueprint.entries, &enabled, after)));
    let levels = levels.map_err(|ring| {
        let member = |i: usize| (blueprint.entries[i].name.to_string(), blueprint.entries[i].origin);
        Problem::Ring { members: ring.into_iter().map(member).collect() }
    });
    match levels {
        Ok(levels) if problems.is_empty() => Ok(plan(blueprint, settings, &levels, &enabled)),
        Ok(_) => Err(problems),
        Err(ring) => Err(problems.into_iter().chain([ring]).collect()),
    }
}

/// Sorted entries: names that can't be, and names that stand twice.
fn names(blueprint: &Blueprint) -> Vec<Problem> {
    let bad = blueprint.entries.iter().filter_map(|entry| {
        let why = grammar::name::check(&entry.name).err()?.to_string();
        Some(Problem::BadName { name: entry.name.to_string(), why, at: entry.origin })
    });
    let twice = blueprint.entries.windows(2).filter(|pair| pair[0].name == pair[1].name).map(|pair| {
        Problem::DuplicateName {
            name: pair[0].name.to_string(),
            first: pair[0].origin,
            second: pair[1].origin,
        }
    });
    bad.chain(twice).collect()
}

fn options(blueprint: &Blueprint) -> Vec<Problem> {
    let faults = blueprint
        .entries
        .iter()
        .flat_map(|entry| entry.declaration.faults.iter().map(move |says| (entry, says)));
    let problem = |(entry, says): (&Entry, &String)| Problem::Option {
        service: entry.name.to_string(),
        says: says.clone(),
        at: entry.origin,
    };
    faults.map(problem).collect()
}

fn expected(blueprint: &Blueprint, settings: &Settings) -> Vec<Problem> {
    let absent = settings.expect.iter().filter(|name| find(&blueprint.entries, name).is_none());
    let known = || blueprint.entries.iter().map(|entry| &*entry.name);
    absent.map(|name| Problem::Expected { name: name.clone(), nearest: nearest(name, known()) }).collect()
}

fn selected(blueprint: &Blueprint, selection: &Selection) -> Vec<Problem> {
    let unknown = selection.unknown(blueprint).into_iter();
    unknown.map(|(name, nearest)| Problem::UnknownSelection { name, nearest }).collect()
}

fn two_values(blueprint: &Blueprint) -> Vec<Problem> {
    blueprint.twice.iter().map(|(of, second)| Problem::TwoValues { of, second: *second }).collect()
}

/// Only what runs needs anything; hooks always run.
fn missing_values(blueprint: &Blueprint, enabled: &[bool]) -> Vec<Problem> {
    let running = blueprint.entries.iter().zip(enabled).filter(|(_, enabled)| **enabled);
    let services = running.map(|(entry, _)| (&entry.name, entry.origin, &entry.declaration.wants));
    let hooks = blueprint.hooks.iter().map(|entry| (&entry.name, entry.origin, &entry.hook.wants));
    let mut problems = Vec::new();
    for (name, at, wants) in services.chain(hooks) {
        let missing = |at: usize, want: &Want| {
            !blueprint.values.satisfies(want) && !wants.values[..at].contains(want) // each is told once
        };
        for (_, want) in wants.values.iter().enumerate().filter(|(at, want)| missing(*at, want)) {
            problems.push(Problem::MissingValue { service: name.to_string(), of: want.of, at });
        }
    }
    problems
}

fn find(entries: &[Entry], name: &str) -> Option<usize> {
    entries.binary_search_by(|entry| (*entry.name).cmp(name)).ok()
}

/// Whom each entry starts after, as positions; and the names that are none.
fn order(entries: &[Entry]) -> (Vec<Vec<usize>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let edges = entries.iter().map(|entry| {
        let known = entry.declaration.after.iter().filter_map(|after| {
            let found = find(entries, after);
            if found.is_none() {
                problems.push(Problem::UnknownAfter {
                    service: entry.name.to_string(),
                    after: after.to_string(),
                    nearest: nearest(after, entries.iter().map(|entry| &*entry.name)),
                    at: entry.origin,
                });
            }
            found
        });
        known.collect()
    });
    (edges.collect(), problems)
}

/// The levels of everything, thinned out to what runs: an `after` orders, it does not demand.
fn plan(
    #[cfg_attr(not(feature = "queue"), allow(unused_mut, reason = "queues are taken out of it"))]
    mut blueprint: Blueprint,
    settings: Settings,
    levels: &[Vec<usize>],
    enabled: &[bool],
) -> Plan {
    #[cfg(feature = "queue")]
    let piling_up = queues::piling_up(&blueprint, enabled);
    #[cfg(feature = "queue")]
    let draining = queues::bring(&mut blueprint.entries, enabled, &mut blueprint.values);
    let mut entries: Vec<Option<Entry>> = blueprint.entries.into_iter().map(Some).collect();
    let mut plan = Plan {
        services: Vec::with_capacity(entries.len()),
        levels: Vec::new(),
        hooks: blueprint.hooks,
        #[cfg(feature = "queue")]
        draining,
        values: blueprint.values,
        settings,
        wall: Wall::default(),
        warnings: Vec::new(),
    };
    for members in levels {
        let running: Vec<usize> =
            members.iter().copied().filter(|i| enabled.get(*i) == Some(&true)).collect();
        if running.is_empty() {
            continue;
        }
        let level = Arc::new(Level::of(running.len()));
        let begin = plan.services.len();
        for entry in running.into_iter().filter_map(|i| entries[i].take()) {
            plan.services.push(service(entry, &level));
        }
        plan.levels.push(PlannedLevel { members: begin..plan.services.len(), level });
    }
    plan.warnings = warnings(&plan);
    #[cfg(feature = "queue")]
    plan.warnings.extend(piling_up);
    plan
}

fn service(entry: Entry, level: &Arc<Level>) -> Service {
    let declaration = entry.declaration;
    Service {
        record: Arc::new(Record::new(entry.name, level.clone())),
        kind: declaration.kind,
        origin: entry.origin,
        policy: declaration.policy,
        heartbeat: declaration.heartbeat,
        control: declaration.control,
        runner: declaration.runner,
    }
}

/// Time that a service was promised and the host can't give.
fn warnings(plan: &Plan) -> Vec<String> {
    let (show, limit) = (grammar::duration::show, plan.settings.stop_timeout);
    let written = |service: &Service| service.policy.stop_timeout.filter(|written| *written > limit);
    let capped = plan.services.iter().filter_map(|service| Some((service.record.name(), written(service)?)));
    let capped = capped.map(|(name, written)| {
        format!(
            "`{name}` has a `stop_timeout` of {}, but the host stops within {}: raise the host's `stop_timeout`, or lower this one",
            show(written),
            show(limit)
        )
    });
    capped.collect()
}
