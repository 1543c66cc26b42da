//! Which services a run by hand needs beside itself: those that work off what it enqueues.

use std::any::TypeId;
use std::collections::HashSet;

use crate::host::{Draft, DraftService};
use crate::inject::NeedSet;

/// The service, and those that work off what it enqueues, and what they enqueue in turn.
pub(super) fn filled(draft: &Draft, name: &str) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut open: Vec<&DraftService> = draft.find(name).into_iter().collect();
    while let Some(entry) = open.pop() {
        if kept.iter().any(|known| entry.name == known.as_str()) {
            continue;
        }
        kept.push(entry.name.to_string());
        let mut taken = HashSet::new();
        takes(draft, &entry.wants, &mut taken, &mut HashSet::new());
        let fills = |one: &&DraftService| one.made.exports.iter().any(|brought| taken.contains(&brought.key));
        open.extend(draft.entries.iter().filter(fills));
    }
    kept
}

/// The queues that it takes, by itself or through what makes its values.
fn takes(draft: &Draft, wants: &NeedSet, taken: &mut HashSet<TypeId>, seen: &mut HashSet<TypeId>) {
    taken.extend(wants.brought.iter().map(|want| want.keys[0]));
    for key in wants.values.iter().flat_map(|want| want.keys) {
        if seen.insert(key) {
            for entry in draft.providers.iter().filter(|entry| entry.provision.key() == key) {
                takes(draft, &entry.provision.wants, taken, seen);
            }
        }
    }
}
