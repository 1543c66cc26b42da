//! One read of a section, from its first value to its end or to its first error, and what is noted on the way.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use serde_core::de::{DeserializeOwned, DeserializeSeed};

use super::error::{ReadResult, RejectedValue};
use super::key_path::KeyPath;
use super::node_reader::NodeReader;
use super::placeholder::Placeholder;
use super::poisoned_reader::PoisonedReader;
use super::problem::SectionProblem;
use super::read_value::ReadValue;
use super::secret::made;
use super::tree::ConfigNode;
use crate::outcome::failure::Failure;
use crate::sync::catch_panic;

/// What is known of a section's keys once it was read.
#[derive(Default)]
pub(crate) struct KeyNotes {
    /// Values that are never shown.
    pub(crate) secrets: BTreeSet<KeyPath>,
    /// Fields that there are, as far as structs say which.
    pub(crate) fields: BTreeSet<KeyPath>,
    /// Variables of which nobody was found to read them.
    pub(crate) unmet: BTreeMap<KeyPath, String>,
    /// Fields that nobody set.
    pub(crate) defaults: BTreeSet<KeyPath>,
    /// Texts of the environment that end with a line break, each with its variable.
    pub(crate) broken_off: BTreeMap<KeyPath, String>,
    /// Keys that no field has.
    pub(crate) unknown: BTreeMap<KeyPath, SectionProblem>,
}

/// Carries what the readers of one section share.
#[derive(Default)]
pub(super) struct ReadPass {
    /// Values that are known to be wrong or missing, and how often what stood in for them was refused as well.
    pub(super) stand_ins: BTreeMap<KeyPath, usize>,
    pub(super) notes: RefCell<KeyNotes>,
    /// Texts without a type that were taken for something else, because serde asks for any; each with what it was taken for.
    pub(super) guessed: RefCell<BTreeMap<KeyPath, RejectedValue>>,
    /// Those of them that are texts after all.
    pub(super) as_text: BTreeSet<KeyPath>,
    /// Keys of the environment in tables that are read as maps, where nobody tells the true names.
    pub(super) free: RefCell<BTreeMap<KeyPath, String>>,
    /// The true names that were found out for some of them.
    pub(super) renamed: BTreeMap<KeyPath, String>,
    /// Keys of maps that are told already, and left out.
    pub(super) wrong_keys: BTreeSet<KeyPath>,
    /// The enum that was asked for last.
    pub(super) last_enum: Cell<&'static str>,
    /// The value of which it is asked whether anybody looks at it.
    pub(super) poison: Option<KeyPath>,
    /// Somebody did, and not by way of a buffer.
    pub(super) poisoned_by_type: Cell<bool>,
    /// Secrets whose place is known.
    pub(super) seen: Cell<u64>,
}

impl ReadPass {
    /// Reads a whole section once; a panic of the type's own code is the failure.
    pub(super) fn read_section<T: DeserializeOwned>(
        &self,
        section: &ConfigNode,
        path: &KeyPath,
    ) -> std::result::Result<ReadResult<ReadValue<T>>, Failure> {
        catch_panic(|| self.read(PhantomData::<T>, Some(section), path).map(ReadValue::new))
    }

    /// Reads one value, or what stands in for it.
    pub(super) fn read<'de, S: DeserializeSeed<'de>>(
        &self,
        seed: S,
        node: Option<&ConfigNode>,
        path: &KeyPath,
    ) -> ReadResult<S::Value> {
        let stand_in = self.stand_ins.get(path).copied().or(node.is_none().then_some(0));
        let (made_before, seen_before) = (made(), self.seen.get());
        let read = match (stand_in, node) {
            _ if self.poison.as_ref() == Some(path) => seed.deserialize(PoisonedReader(self)),
            (None, Some(node)) => seed.deserialize(NodeReader { node, path, pass: self, is_key: false }),
            (turn, _) => {
                seed.deserialize(Placeholder { turn: turn.unwrap_or_default(), depth: 0, path, pass: self })
            }
        };
        // serde keeps what it flattens, or does not know the shape of, in a buffer; a secret that is read from there was in
        // here somewhere.
        if made() - made_before > self.seen.get() - seen_before {
            self.secret(path);
            self.seen.set(seen_before + (made() - made_before));
        }
        read.map_err(|error| error.at(path))
    }

    /// A `Secret` is about to be read here.
    pub(super) fn meets_secret(&self, path: &KeyPath) {
        self.seen.set(self.seen.get() + 1);
        self.secret(path);
    }

    fn secret(&self, path: &KeyPath) {
        self.notes.borrow_mut().secrets.insert(path.clone());
    }

    /// Keys of this table that something stands in for or within, the most often refused last. A field that was missed is
    /// among them.
    pub(super) fn stood_in_for(&self, table: &KeyPath) -> Vec<(String, usize)> {
        let mut keys: BTreeMap<&str, usize> = BTreeMap::new();
        for (path, turn) in &self.stand_ins {
            if let Some(key) = path.child_of(table) {
                let most = keys.entry(key).or_default();
                *most = (*most).max(*turn);
            }
        }
        let mut keys: Vec<_> = keys.into_iter().map(|(key, turn)| (key.to_owned(), turn)).collect();
        keys.sort_by_key(|(_, turn)| *turn);
        keys
    }
}
