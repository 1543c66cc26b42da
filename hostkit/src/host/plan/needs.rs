//! Who needs which value, and who makes it: what everything that runs asks for in, the providers to call in their order out, or
//! what is missing, there twice, in a ring, or asked for where it can't be. Linear in all there is.

use std::any::TypeId;
use std::collections::{HashMap, HashSet};

use super::draft::Draft;
use super::levels::levels;
use super::problem::{Problem, Provided};
use super::suggestion::suggestions;
use crate::inject::{Need, NeedSet};
use crate::registry::Origin;
use crate::service::Lifetime;

/// For so many missing types similar ones are looked for: each look goes through all there are.
const SUGGESTED: usize = 20;

/// Which providers are called, and for whom; all as positions in the draft.
#[derive(Default)]
pub(crate) struct ProviderUse {
    /// Once, when the host starts: each level needs values of the levels before it only.
    pub(crate) shared: Vec<Vec<usize>>,
    /// Anew for each run of a service: the service, and its providers, each after those that it needs.
    pub(crate) fresh: Vec<(usize, Vec<usize>)>,
}

#[cfg(any(feature = "cli", feature = "config", feature = "queue"))]
impl ProviderUse {
    /// Every provider that is called, each at least once.
    pub(crate) fn providers(&self) -> impl Iterator<Item = usize> {
        let own = self.fresh.iter().map(|(_, providers)| providers);
        self.shared.iter().chain(own).flatten().copied()
    }
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

/// `enabled` tells which services run. Hooks always do; a provider is called when something that runs needs it.
pub(crate) fn needs(draft: &Draft, enabled: &[bool]) -> (ProviderUse, Vec<Problem>) {
    let mut search = NeedSearch::of(draft);
    let mut own = Vec::new();
    for (index, entry) in draft.entries.iter().enumerate().filter(|(index, _)| enabled[*index]) {
        let wants = &entry.wants;
        let found = search.ask(Consumer { name: &entry.name, at: entry.origin, runs: wants.runs }, wants);
        if wants.runs && found.iter().any(|place| search.is_fresh(*place)) {
            own.push((index, found));
        }
    }
    for entry in &draft.hooks {
        search.ask(Consumer { name: &entry.name, at: entry.origin, runs: false }, &entry.hook.wants);
    }
    let after = search.follow();
    let (levels, rings) = order(after.clone());
    let mut problems = two_values(draft);
    problems.extend(faults(draft));
    problems.extend(rings.iter().map(|ring| search.ring(ring)));
    let needed = ProviderUse {
        shared: search.shared(&levels),
        fresh: own.into_iter().map(|(index, found)| (index, search.fresh(found, &after, &levels))).collect(),
    };
    problems.extend(search.into_problems());
    (needed, problems)
}

#[cfg(feature = "cli")]
impl Draft {
    /// The providers that something that runs needs, as positions.
    pub(crate) fn called_providers(&self) -> HashSet<usize> {
        let enabled: Vec<bool> = self.entries.iter().map(|entry| self.runs(entry)).collect();
        needs(self, &enabled).0.providers().collect()
    }
}

/// Values that were given twice under one type.
fn two_values(draft: &Draft) -> Vec<Problem> {
    let mut seen = HashSet::new();
    let again = draft.given.iter().filter(|given| !seen.insert(given.keys[0]) && !given.instead);
    again.map(|given| Problem::TwoValues { of: given.of, second: given.origin }).collect()
}

fn faults(draft: &Draft) -> Vec<Problem> {
    let faults = draft.providers.iter().flat_map(|entry| {
        let problem = |says: &String| Problem::Option {
            service: entry.provision.name.to_string(),
            says: says.clone(),
            at: entry.origin,
        };
        entry.provision.faults.iter().map(problem)
    });
    faults.collect()
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

/// Somebody with parameters.
#[derive(Clone, Copy)]
struct Consumer<'b> {
    name: &'b str,
    at: Origin,
    /// It is called for one run, and may have values of its own.
    runs: bool,
}

#[derive(Clone, Copy)]
enum ValueSource {
    Given(usize),
    Provider(usize),
}

struct MissingNeed<'b> {
    want: &'b Need,
    by: Vec<Consumer<'b>>,
}

struct NeedSearch<'b> {
    draft: &'b Draft,
    /// Who has a type, by the key that its value is kept under.
    sources: HashMap<TypeId, Vec<ValueSource>>,
    /// Providers that something needs, in the order in which they were come upon: a *place* is a position in here.
    needed: Vec<usize>,
    places: Vec<Option<usize>>,
    missing: Vec<MissingNeed<'b>>,
    missing_by_key: HashMap<TypeId, usize>,
    twice: Vec<Problem>,
    known_twice: HashSet<TypeId>,
    /// Who asks for a value of one run without having runs, by the provider.
    outlived: Vec<(usize, Vec<Consumer<'b>>)>,
}

impl<'b> NeedSearch<'b> {
    fn of(draft: &'b Draft) -> Self {
        let mut sources: HashMap<TypeId, Vec<ValueSource>> = HashMap::new();
        for (index, given) in draft.given.iter().enumerate() {
            // The second one of a type is a problem already, and told as such.
            sources.entry(given.keys[0]).or_insert_with(|| vec![ValueSource::Given(index)]);
        }
        for (index, entry) in draft.providers.iter().enumerate() {
            sources.entry(entry.provision.key()).or_default().push(ValueSource::Provider(index));
        }
        NeedSearch {
            draft,
            sources,
            needed: Vec::new(),
            places: vec![None; draft.providers.len()],
            missing: Vec::new(),
            missing_by_key: HashMap::new(),
            twice: Vec::new(),
            known_twice: HashSet::new(),
            outlived: Vec::new(),
        }
    }

    /// Finds what somebody asks for; the places of the providers come out.
    fn ask(&mut self, who: Consumer<'b>, wants: &'b NeedSet) -> Vec<usize> {
        let mut found = Vec::new();
        for (at, want) in wants.values.iter().enumerate() {
            match self.find(want) {
                Some(ValueSource::Given(_)) => {}
                Some(ValueSource::Provider(provider)) => {
                    let place = self.need(provider);
                    if self.is_fresh(place) && !who.runs {
                        self.outlived(provider, who);
                    } else {
                        found.push(place);
                    }
                }
                None if want.optional || wants.values[..at].contains(want) => {}
                None => self.missing(want, who),
            }
        }
        found
    }

    fn find(&mut self, want: &Need) -> Option<ValueSource> {
        let of_key = |key: &TypeId| self.sources.get(key).map(Vec::as_slice).unwrap_or_default();
        let (plain, in_arc) = (of_key(&want.keys[0]), of_key(&want.keys[1]));
        if plain.len() + in_arc.len() > 1 && !self.known_twice.contains(&want.keys[0]) {
            let by = plain.iter().chain(in_arc).map(|source| self.provided(*source)).collect();
            self.known_twice.insert(want.keys[0]);
            self.twice.push(Problem::TwoProviders { of: want.of, by });
        }
        let of_key = |key: &TypeId| self.sources.get(key)?.first().copied();
        of_key(&want.keys[0]).or_else(|| of_key(&want.keys[1]))
    }

    fn provided(&self, source: ValueSource) -> Provided {
        match source {
            ValueSource::Given(index) => {
                let given = &self.draft.given[index];
                Provided { name: None, of: given.of, at: given.origin }
            }
            ValueSource::Provider(index) => {
                let entry = &self.draft.providers[index];
                let name = Some(entry.provision.name.to_string());
                Provided { name, of: entry.provision.of, at: entry.origin }
            }
        }
    }

    fn need(&mut self, provider: usize) -> usize {
        let next = self.needed.len();
        let place = *self.places[provider].get_or_insert(next);
        if place == next {
            self.needed.push(provider);
        }
        place
    }

    fn is_fresh(&self, place: usize) -> bool {
        self.draft.providers[self.needed[place]].provision.lifetime == Lifetime::Run
    }

    fn missing(&mut self, want: &'b Need, who: Consumer<'b>) {
        let next = self.missing.len();
        let index = *self.missing_by_key.entry(want.keys[0]).or_insert(next);
        if index == next {
            self.missing.push(MissingNeed { want, by: Vec::new() });
        }
        self.missing[index].by.push(who);
    }

    fn outlived(&mut self, provider: usize, who: Consumer<'b>) {
        match self.outlived.iter_mut().find(|(known, _)| *known == provider) {
            Some((_, by)) => by.push(who),
            None => self.outlived.push((provider, vec![who])),
        }
    }

    /// What the needed ones need themselves, and so on; whom each has to come after.
    fn follow(&mut self) -> Vec<Vec<usize>> {
        let mut after = Vec::new();
        while let Some(provider) = self.needed.get(after.len()) {
            let entry = &self.draft.providers[*provider];
            let provision = &entry.provision;
            let runs = provision.lifetime == Lifetime::Run;
            after
                .push(self.ask(Consumer { name: &provision.name, at: entry.origin, runs }, &provision.wants));
        }
        after
    }

    fn shared(&self, levels: &[Vec<usize>]) -> Vec<Vec<usize>> {
        let shared = levels.iter().map(|level| {
            let shared = level.iter().filter(|place| !self.is_fresh(**place));
            shared.map(|place| self.needed[*place]).collect::<Vec<_>>()
        });
        shared.filter(|level| !level.is_empty()).collect()
    }

    /// The ones of these that are called for a run, with those that they need, in order.
    fn fresh(&self, found: Vec<usize>, after: &[Vec<usize>], levels: &[Vec<usize>]) -> Vec<usize> {
        let (mut open, mut reached) = (found, HashSet::new());
        while let Some(place) = open.pop() {
            if self.is_fresh(place) && reached.insert(place) {
                open.extend(&after[place]);
            }
        }
        let ordered = levels.iter().flatten().filter(|place| reached.contains(place));
        ordered.map(|place| self.needed[*place]).collect()
    }

    fn ring(&self, ring: &[usize]) -> Problem {
        let member = |place: &usize| self.provided(ValueSource::Provider(self.needed[*place]));
        Problem::ProviderRing { members: ring.iter().map(member).collect() }
    }

    fn into_problems(mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.twice);
        let named = |by: &[Consumer<'_>]| by.iter().map(|who| (who.name.to_owned(), who.at)).collect();
        for (provider, by) in &self.outlived {
            let provider = self.provided(ValueSource::Provider(*provider));
            problems.push(Problem::OutlivesRun { provider, by: named(by) });
        }
        let mut all: Vec<Provided> = Vec::new();
        if !self.missing.is_empty() {
            all.extend((0..self.draft.given.len()).map(|index| self.provided(ValueSource::Given(index))));
            all.extend(
                (0..self.draft.providers.len()).map(|index| self.provided(ValueSource::Provider(index))),
            );
        }
        for (index, MissingNeed { want, by }) in self.missing.iter().enumerate() {
            let suggestions = if index < SUGGESTED { suggestions(want.of, &all) } else { Vec::new() };
            problems.push(Problem::MissingValue { of: want.of, by: named(by), suggestions });
        }
        problems
    }
}
