//! Who needs what, and who provides it: one walk from the parts of a host along what they need, which validation, `list`, `graph`
//! and `trigger` share. Linear in all there is.

use std::any::TypeId;
use std::collections::{HashMap, HashSet};

use super::draft::Draft;
use crate::inject::{Need, NeedSet};
use crate::registry::Origin;

/// A part of a host, by its position in the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Service(usize),
    Hook(usize),
    Provider(usize),
    /// A value that was given to the host.
    Given(usize),
}

/// `from` needs what `to` provides; `to` is missing where nothing provides it.
pub(crate) struct Link<'d> {
    pub(crate) from: Part,
    pub(crate) need: &'d Need,
    /// The need is a queue, not a value.
    pub(crate) is_queue: bool,
    pub(crate) to: Option<Part>,
}

/// What a walk finds.
pub(crate) struct Wiring<'d> {
    /// Each part once, those that the walk begins with first.
    pub(crate) parts: Vec<Part>,
    /// In the order of the parts that they come from.
    pub(crate) links: Vec<Link<'d>>,
}

/// The parts of a host by what they provide.
pub(crate) struct Suppliers<'d> {
    draft: &'d Draft,
    /// Which services run.
    pub(crate) enabled: Vec<bool>,
    /// By the key of the value or queue. Handlers that run come before those that are off.
    by_key: HashMap<TypeId, Vec<Part>>,
}

impl<'d> Suppliers<'d> {
    pub(crate) fn of(draft: &'d Draft) -> Self {
        let enabled: Vec<bool> = draft.entries.iter().map(|entry| draft.runs(entry)).collect();
        let mut by_key: HashMap<TypeId, Vec<Part>> = HashMap::new();
        for (index, given) in draft.given.iter().enumerate() {
            // A second value of a type is a problem of its own.
            by_key.entry(given.keys[0]).or_insert_with(|| vec![Part::Given(index)]);
        }
        for (index, entry) in draft.providers.iter().enumerate() {
            by_key.entry(entry.provision.key()).or_default().push(Part::Provider(index));
        }
        for runs in [true, false] {
            for (index, entry) in
                draft.entries.iter().enumerate().filter(|(index, _)| enabled[*index] == runs)
            {
                for key in entry.made.export_keys() {
                    by_key.entry(key).or_default().push(Part::Service(index));
                }
            }
        }
        Suppliers { draft, enabled, by_key }
    }

    /// All that provide the value, or handle the queue; the one that is taken comes first.
    pub(crate) fn providing(&self, need: &Need) -> impl Iterator<Item = Part> {
        let [plain, in_arc] = need.keys;
        let in_arc: &[Part] = if in_arc == plain { &[] } else { self.of_key(in_arc) };
        self.of_key(plain).iter().chain(in_arc).copied()
    }

    pub(crate) fn of_key(&self, key: TypeId) -> &[Part] {
        self.by_key.get(&key).map(Vec::as_slice).unwrap_or_default()
    }

    /// From all services that run, and all hooks.
    pub(crate) fn running(&self) -> Wiring<'d> {
        let services = (0..self.enabled.len()).filter(|index| self.enabled[*index]).map(Part::Service);
        let hooks = (0..self.draft.hooks.len()).map(Part::Hook);
        // A handler that runs is among them; one that is off needs nothing.
        self.walk(services.chain(hooks).collect(), |part| !matches!(part, Part::Service(_)))
    }

    /// From one service, and on through those that handle what it enqueues.
    #[cfg(feature = "cli")]
    pub(crate) fn from(&self, service: usize) -> Wiring<'d> {
        self.walk(vec![Part::Service(service)], |_| true)
    }

    fn walk(&self, parts: Vec<Part>, follows: impl Fn(Part) -> bool) -> Wiring<'d> {
        let mut known: HashSet<Part> = parts.iter().copied().collect();
        let mut wiring = Wiring { parts, links: Vec::new() };
        let mut next = 0;
        while let Some(from) = wiring.parts.get(next).copied() {
            next += 1;
            let Some(needs) = self.draft.needs(from) else { continue };
            let values = needs.values.iter().map(|need| (need, false));
            for (need, is_queue) in values.chain(needs.queues().iter().map(|need| (need, true))) {
                let to = self.providing(need).next();
                wiring.links.push(Link { from, need, is_queue, to });
                wiring.parts.extend(to.filter(|to| follows(*to) && known.insert(*to)));
            }
        }
        wiring
    }
}

impl Wiring<'_> {
    /// The providers that are called.
    pub(crate) fn providers(&self) -> impl Iterator<Item = usize> {
        self.parts
            .iter()
            .filter_map(|part| if let Part::Provider(index) = part { Some(*index) } else { None })
    }
}

impl Draft {
    /// All that have needs: services, hooks and providers, whether they run or not.
    #[cfg(any(feature = "cli", feature = "config"))]
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> {
        let services = (0..self.entries.len()).map(Part::Service);
        let hooks = (0..self.hooks.len()).map(Part::Hook);
        services.chain(hooks).chain((0..self.providers.len()).map(Part::Provider))
    }

    /// What a part needs; nothing, for a value that is there.
    pub(crate) fn needs(&self, part: Part) -> Option<&NeedSet> {
        match part {
            Part::Service(index) => Some(&self.entries[index].wants),
            Part::Hook(index) => Some(&self.hooks[index].hook.wants),
            Part::Provider(index) => Some(&self.providers[index].provision.wants),
            Part::Given(_) => None,
        }
    }

    /// Its name, or the type of a value that was given.
    pub(crate) fn name(&self, part: Part) -> &str {
        match part {
            Part::Service(index) => &self.entries[index].name,
            Part::Hook(index) => &self.hooks[index].name,
            Part::Provider(index) => &self.providers[index].provision.name,
            Part::Given(index) => self.given[index].of,
        }
    }

    /// The type of the value that it provides.
    pub(crate) fn value_type(&self, part: Part) -> Option<&'static str> {
        match part {
            Part::Provider(index) => Some(self.providers[index].provision.of),
            Part::Given(index) => Some(self.given[index].of),
            Part::Service(_) | Part::Hook(_) => None,
        }
    }

    /// Where it was declared.
    pub(crate) fn origin(&self, part: Part) -> Origin {
        match part {
            Part::Service(index) => self.entries[index].origin,
            Part::Hook(index) => self.hooks[index].origin,
            Part::Provider(index) => self.providers[index].origin,
            Part::Given(index) => self.given[index].origin,
        }
    }
}
