//! A blueprint in, a plan or every problem out. A rule is a function; none stops at its first find.

use std::any::TypeId;
use std::collections::HashSet;
use std::sync::Arc;

use hostkit_grammar::{self as grammar, OptionProblem, Sentence, Suggestion};

use super::draft::{Draft, DraftService, OffReason};
use super::levels::levels;
use super::needs::{ProviderUse, needs, replace};
use super::planned::{Plan, PlannedLevel, PlannedProvider, Service};
use super::problem::Problem;
use super::queues;
use super::sections::sections;
use super::wiring::Suppliers;
use crate::registry::{Origin, ProviderEntry};
use crate::service::{RunScope, Runner};
use crate::state::{ServiceRecord, StartLevel};
use crate::sync::PanicSafeDrop;

/// What to run of what there is: names and groups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    pub(crate) only: Option<Vec<String>>,
    pub(crate) except: Vec<String>,
}

impl Selection {
    /// Why it does not run this service, if it does not.
    pub(crate) fn leaves_out(&self, entry: &DraftService) -> Option<OffReason<'static>> {
        let named = |names: &[String]| names.iter().any(|name| answers_to(entry, name));
        if named(&self.except) {
            return Some(OffReason::Excepted);
        }
        self.only.as_deref().is_some_and(|only| !named(only)).then_some(OffReason::NotSelected)
    }

    /// Names that select nothing, each with the nearest that would.
    pub(crate) fn unknown(&self, entries: &[DraftService]) -> Vec<(String, Option<String>)> {
        let names = self.only.iter().flatten().chain(&self.except);
        let unknown = names.filter(|name| !entries.iter().any(|entry| answers_to(entry, name)));
        let known =
            || entries.iter().flat_map(|entry| [Some(&*entry.name), entry.group()].into_iter().flatten());
        unknown.map(|name| (name.clone(), nearest(name, known()))).collect()
    }
}

fn answers_to(entry: &DraftService, name: &str) -> bool {
    entry.name == name || entry.group() == Some(name)
}

fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    grammar::nearest(name, known).map(str::to_owned)
}

pub(crate) fn validate(mut draft: Draft) -> Result<Plan, Vec<Problem>> {
    replace(&mut draft);
    let mut problems = std::mem::take(&mut draft.problems);
    problems.extend(names(&draft.entries));
    problems.extend(options(&draft));
    problems.extend(expected(&draft));
    problems.extend(selected(&draft.entries, &draft.selection));
    let suppliers = Suppliers::of(&draft);
    let wiring = suppliers.running();
    let (needed, unmet) = needs(&draft, &suppliers, &wiring);
    problems.extend(unmet);
    let (wrong, sections) = sections(&draft, &wiring);
    problems.extend(wrong);
    problems.extend(queues::problems(&draft, &suppliers, &wiring));
    if !suppliers.enabled.contains(&true) {
        problems.push(Problem::Nothing { declared: draft.entries.len() });
    }
    let (after, unknown) = order(&draft);
    problems.extend(unknown);
    // The order of queues makes no ring that `after` does not make, and would make it longer.
    let levels = levels(&after).and_then(|_| levels(&queues::order(&draft, &suppliers, after)));
    let levels = levels.map_err(|ring| {
        let member = |i: usize| (draft.entries[i].name.to_string(), draft.entries[i].origin);
        problems.push(Problem::Ring { members: ring.into_iter().map(member).collect() });
    });
    let (Ok(levels), true) = (levels, problems.is_empty()) else { return Err(problems) };
    let piling_up = queues::warnings(&draft, &suppliers, &wiring);
    let (handlers, enabled) = (queues::handlers(&draft, &suppliers), suppliers.enabled);
    let sections = sections.insert(&mut draft);
    let mut plan = plan(draft, &levels, &enabled, needed, &handlers);
    plan.sections = sections;
    plan.warnings.extend(piling_up);
    Ok(plan)
}

/// Sorted entries: names that can't be, and names that stand twice.
fn names(entries: &[DraftService]) -> Vec<Problem> {
    let bad = entries.iter().filter_map(|entry| {
        let Sentence { what: why, help } = grammar::name::check(&entry.name).err()?.sentence();
        Some(Problem::BadName { name: entry.name.to_string(), why, help, at: entry.origin })
    });
    let twice =
        entries.windows(2).filter(|pair| pair[0].name == pair[1].name).map(|pair| Problem::DuplicateName {
            name: pair[0].name.to_string(),
            first: pair[0].origin,
            second: pair[1].origin,
        });
    bad.chain(twice).collect()
}

/// What the kinds found wrong, told where it was said: in the code, or in the configuration over it.
fn options(Draft { entries, providers, .. }: &Draft) -> Vec<Problem> {
    let mut problems = Vec::new();
    for entry in entries {
        for wrong in &entry.made.faults {
            let (service, option) = (entry.name.to_string(), wrong.option().map_or("", |option| option.name));
            problems.push(match entry.options.source(option) {
                Some(source) => {
                    let key = format!("services.{service}.{option}");
                    let Sentence { what, help } = wrong.sentence_of(&key);
                    Problem::Setting { key, what, help, source: source.to_owned() }
                }
                None => of_option(service, wrong, entry.origin),
            });
        }
    }
    for ProviderEntry { provision, origin } in providers {
        let provider = provision.name.to_string();
        if let Err(problem) = grammar::name::check(&provider) {
            let Sentence { what, help } = problem.sentence();
            problems.push(Problem::Option { service: provider.clone(), what, help, at: *origin });
        }
        if provision.key() == TypeId::of::<Arc<()>>() {
            problems.push(Problem::NothingProvided { provider: provider.clone(), at: *origin });
        }
        problems.extend(provision.faults.iter().map(|wrong| of_option(provider.clone(), wrong, *origin)));
    }
    problems
}

fn of_option(service: String, wrong: &OptionProblem, at: Origin) -> Problem {
    let Sentence { what, help } = wrong.sentence_of(wrong.option().map_or("", |option| option.name));
    Problem::Option { service, what, help, at }
}

fn expected(draft: &Draft) -> Vec<Problem> {
    let absent = draft.settings.expect.iter().filter(|name| draft.index_of(name).is_none());
    let known = || draft.entries.iter().map(|entry| &*entry.name);
    absent.map(|name| Problem::Expected { name: name.clone(), nearest: nearest(name, known()) }).collect()
}

fn selected(entries: &[DraftService], selection: &Selection) -> Vec<Problem> {
    let unknown = selection.unknown(entries).into_iter();
    unknown.map(|(name, nearest)| Problem::UnknownSelection { name, nearest }).collect()
}

/// What each entry starts after, as positions; and the names that no service has.
fn order(draft: &Draft) -> (Vec<Vec<usize>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let edges = draft.entries.iter().map(|entry| {
        let known = entry.after().iter().filter_map(|after| {
            let found = draft.index_of(after);
            if found.is_none() {
                problems.push(unknown_after(&draft.entries, entry, after));
            }
            found
        });
        known.collect()
    });
    (edges.collect(), problems)
}

/// Told where it was said: in the code, or in the configuration over it.
fn unknown_after(entries: &[DraftService], entry: &DraftService, after: &str) -> Problem {
    let (service, nearest) =
        (entry.name.to_string(), nearest(after, entries.iter().map(|entry| &*entry.name)));
    let Some(source) = entry.options.source("after") else {
        return Problem::UnknownAfter { service, after: after.to_owned(), nearest, at: entry.origin };
    };
    let key = format!("services.{service}.after");
    let what = format!("`{key}` names `{after}`, but there is no service named `{after}`");
    let help = Suggestion::new(nearest).or("remove it, or run `list` to see all services");
    Problem::Setting { key, what, help, source: source.to_owned() }
}

/// The levels of everything, thinned out to what runs: an `after` orders, it does not demand.
fn plan(
    mut draft: Draft,
    levels: &[Vec<usize>],
    enabled: &[bool],
    needed: ProviderUse,
    handlers: &HashSet<usize>,
) -> Plan {
    let providers = providers(&mut draft, needed);
    let draining = queues::provide(&mut draft.entries, handlers, &mut draft.values);
    let mut entries: Vec<Option<DraftService>> = draft.entries.into_iter().map(Some).collect();
    let mut plan = Plan {
        services: Vec::with_capacity(entries.len()),
        runners: Vec::with_capacity(entries.len()),
        levels: Vec::new(),
        hooks: draft.hooks,
        providers,
        draining,
        values: draft.values,
        given: draft.given,
        sections: Vec::new(),
        settings: draft.settings,
        wall: draft.wall,
        under_test: draft.under_test,
        warnings: draft.missed.into_iter().chain(draft.warnings).collect(),
    };
    for members in levels {
        let running: Vec<usize> =
            members.iter().copied().filter(|i| enabled.get(*i) == Some(&true)).collect();
        if running.is_empty() {
            continue;
        }
        let level = Arc::new(StartLevel::of(running.len()));
        let begin = plan.services.len();
        for entry in running.into_iter().filter_map(|i| entries[i].take()) {
            let (service, runner) = service(entry, &level);
            plan.services.push(service);
            plan.runners.push(runner);
        }
        plan.levels.push(PlannedLevel { members: begin..plan.services.len(), level });
    }
    plan.warnings.extend(warnings(&plan));
    plan.warnings.extend(cfg!(panic = "abort").then(|| PANIC_ABORTS.to_owned())); // a profile has one `panic` for all crates
    plan
}

/// The shared ones by level, with room for what they make; the others go to the services that they are called for.
fn providers(draft: &mut Draft, needed: ProviderUse) -> Vec<Vec<Arc<PlannedProvider>>> {
    let planned = |entry: ProviderEntry| {
        Arc::new(PlannedProvider { provision: Arc::new(entry.provision), origin: entry.origin })
    };
    let providers: Vec<_> = std::mem::take(&mut draft.providers).into_iter().map(planned).collect();
    for (service, own) in needed.fresh {
        let own = own.into_iter().map(|provider| providers[provider].provision.clone());
        let fresh = RunScope { providers: own.collect(), close_timeout: draft.settings.close_timeout };
        draft.entries[service].made.runner.fresh(fresh);
    }
    let shared = needed.shared.into_iter();
    let shared = shared.map(|level| level.into_iter().map(|provider| providers[provider].clone()).collect());
    let shared: Vec<Vec<Arc<PlannedProvider>>> = shared.collect();
    shared.iter().flatten().for_each(|provision| draft.values.reserve(provision.key()));
    shared
}

fn service(entry: DraftService, level: &Arc<StartLevel>) -> (Service, PanicSafeDrop<Box<dyn Runner>>) {
    let DraftService { name, origin, kind, made, .. } = entry;
    let service = Service {
        record: Arc::new(ServiceRecord::new(name, level.clone())),
        kind,
        origin,
        policy: made.policy,
        heartbeat: made.heartbeat,
        timer: made.timer,
        queue: made.queue,
    };
    (service, PanicSafeDrop::new(made.runner))
}

/// In such a build no panic can be caught.
const PANIC_ABORTS: &str = "this program is built with `panic = \"abort\"`: a panic ends the process, so `on_failure`, retries and \
     `stop` methods never see it: remove `panic` from the profile in `Cargo.toml`";

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
