//! The rule of typed sections: what is wanted is read, every wrong value is a problem, and so is every key that nobody reads.

use hostkit_grammar::{Suggestion, nearest};

use super::configure::OWN;
use super::draft::Draft;
use super::planned::PlannedSection;
use super::problem::Problem;
use super::wiring::{Part, Wiring};
use crate::config::{InsertSection, KeyPath, SectionNeed, SectionProblem, Source, Tree, normal, written};

/// What was read, to be given to the host's values.
pub(crate) struct ReadSections(Vec<(Option<PlannedSection>, InsertSection)>);

impl ReadSections {
    pub(crate) fn insert(self, draft: &mut Draft) -> Vec<PlannedSection> {
        draft.settings.tree = Tree::default(); // its texts are wiped: a secret lives no longer than its `Secret`
        let inserted = self.0.into_iter().map(|(planned, insert)| {
            insert(&mut draft.values);
            planned
        });
        inserted.flatten().collect()
    }
}

/// Reads every section that something needs.
pub(crate) fn sections(draft: &Draft, wiring: &Wiring<'_>) -> (Vec<Problem>, ReadSections) {
    let mut wanted: Vec<SectionNeed> = Vec::new();
    let needs = wiring.parts.iter().filter_map(|part| draft.needs(*part));
    for want in needs.flat_map(|needs| &needs.sections) {
        if !wanted.contains(want) {
            wanted.push(*want);
        }
    }
    wanted.sort_by_key(|want| (want.path, want.of));
    let (tree, known) = (&draft.settings.tree, known(draft));
    let mut problems = nobody_reads(tree, &known);
    let mut given = Vec::new();
    let mut wrong: Vec<(SectionNeed, Vec<SectionProblem>)> = Vec::new();
    let mut unread: Vec<(SectionNeed, Vec<SectionProblem>)> = Vec::new();
    let mut secrets: Vec<KeyPath> = Vec::new();
    for want in &wanted {
        let found = want.read(tree);
        given.extend(found.give.map(|insert| (planned(draft, want), insert)));
        secrets.extend(found.notes.secrets.iter().map(KeyPath::normal));
        wrong.push((*want, found.faults));
        unread.push((*want, found.notes.unknown.into_values().collect()));
    }
    for other in known.iter().filter(|other| !wanted.contains(other)) {
        // What is switched off reads nothing, but knows its keys, and which of them are secret.
        if wanted.iter().any(|want| overlap(want, other)) {
            let notes = other.read(tree).notes;
            secrets.extend(notes.secrets.iter().map(KeyPath::normal));
            if wanted.iter().any(|want| want.path == other.path) {
                unread.push((*other, notes.unknown.into_values().collect()));
            }
        }
    }
    let meant: Vec<KeyPath> =
        unread.iter().flat_map(|(_, faults)| faults.iter().filter_map(SectionProblem::meant)).collect();
    for (want, faults) in wrong {
        for fault in faults.into_iter().filter(|fault| !is_consequence(fault, tree, &meant)) {
            // A section may have several structs: a value that is secret for one of them is so for all.
            let path = fault.path.normal();
            let is_secret = secrets.iter().any(|secret| path.is_within(secret));
            problems.push(problem(&if is_secret { fault.masked() } else { fault.beside(&secrets) }, &want));
        }
    }
    problems.extend(unknown_keys(&wanted, &unread, &known));
    (problems, ReadSections(given))
}

/// Where the section is declared; or, without an attribute of its own, what reads it.
fn planned(draft: &Draft, section: &SectionNeed) -> Option<PlannedSection> {
    let declared = draft.sections.iter().find(|(known, _)| known == section).map(|(_, origin)| *origin);
    let reads = |part: &Part| draft.needs(*part).is_some_and(|needs| needs.sections.contains(section));
    let origin = declared.or_else(|| draft.parts().find(reads).map(|part| draft.origin(part)))?;
    Some(PlannedSection { key: section.key, of: section.of, origin })
}

/// Whether it is told already by its cause: a layer that can't be read, or a key that is written wrongly.
fn is_consequence(fault: &SectionProblem, tree: &Tree, meant: &[KeyPath]) -> bool {
    let unreadable = tree.faults.iter().any(|fault| fault.meant.is_none());
    let is_meant = |meant: &KeyPath| meant.normal() == fault.path.normal();
    if !fault.is_missing() {
        return unreadable && fault.is_refused();
    }
    let all_meant = meant.iter().chain(tree.faults.iter().filter_map(|fault| fault.meant.as_ref()));
    unreadable || all_meant.into_iter().any(is_meant)
}

/// Whether a value may belong to both.
fn overlap(a: &SectionNeed, b: &SectionNeed) -> bool {
    let (a, b) = (KeyPath::of(a.path), KeyPath::of(b.path));
    a.is_within(&b) || b.is_within(&a)
}

/// Every section that there is, whether anything that runs reads it or not.
pub(crate) fn known(draft: &Draft) -> Vec<SectionNeed> {
    let declared = draft.sections.iter().map(|(section, _)| section);
    let read = draft.parts().filter_map(|part| draft.needs(part)).flat_map(|needs| &needs.sections);
    let mut known: Vec<SectionNeed> = Vec::new();
    for section in declared.chain(read) {
        if !known.contains(section) {
            known.push(*section);
        }
    }
    known.sort_by_key(|section| (section.path, section.of));
    known
}

fn problem(fault: &SectionProblem, reader: &SectionNeed) -> Problem {
    Problem::Section {
        key: fault.path.to_string(),
        value: fault.value.clone(),
        source: fault.source.as_ref().unwrap_or(&Source::Nowhere).place(),
        reason: fault.reason(),
        help: fault.help(),
        reader: reader.of,
    }
}

/// Keys within a section that none of its structs has, and no other section's path goes through.
fn unknown_keys(
    wanted: &[SectionNeed],
    unread: &[(SectionNeed, Vec<SectionProblem>)],
    known: &[SectionNeed],
) -> Vec<Problem> {
    let mut told: Vec<KeyPath> = Vec::new();
    let mut problems = Vec::new();
    for (reader, faults) in unread.iter().filter(|(reader, _)| wanted.contains(reader)) {
        let siblings = || unread.iter().filter(|(other, _)| other.path == reader.path);
        for fault in faults {
            let path = &fault.path;
            let by_all = siblings().all(|(_, faults)| faults.iter().any(|fault| path.is_within(&fault.path)));
            let a_section = known.iter().any(|section| KeyPath::of(section.path).is_within(path));
            if by_all && !a_section && !told.iter().any(|told| path.is_within(told)) {
                told.push(path.clone());
                problems.push(problem(fault, reader));
            }
        }
    }
    problems
}

/// Values of sections that nobody knows.
fn nobody_reads(tree: &Tree, known: &[SectionNeed]) -> Vec<Problem> {
    let mut problems = Vec::new();
    tree.each_leaf(&mut |path, node| {
        let same = |key: &String, section: &str| key == section || (node.fuzzy && *key == normal(section));
        let within = |section: &str| {
            let mut keys = path.iter();
            section.split('.').all(|section| keys.next().is_some_and(|key| same(key, section)))
        };
        if OWN.iter().any(|own| within(own)) || known.iter().any(|section| within(section.path)) {
            return;
        }
        let first = path.first().map_or("", String::as_str);
        let key = written(path);
        let (what, help) = match known.iter().find(|section| section.path.split('.').next() == Some(first)) {
            Some(section) => (
                format!("`{key}`: nothing reads it"),
                format!("write it under `[{}]`, or remove it", section.path),
            ),
            None => {
                let sections = OWN.into_iter().chain(known.iter().map(|section| section.path));
                let near = nearest(first, sections).map(|near| format!("[{near}]"));
                (format!("`{key}`: nothing reads `[{first}]`"), Suggestion::new(near).or("remove it"))
            }
        };
        problems.push(Problem::Setting { key, what, help, source: node.source.place() });
    });
    problems
}
