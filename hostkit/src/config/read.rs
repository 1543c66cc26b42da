//! The tree and a type go in; the type's value, or everything that is wrong with its section, comes out.
//!
//! serde stops at the first error. So the place of an error is noted and the section is read again with a stand-in there,
//! until nothing new is found; a value that a stand-in took part in is thrown away.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_core::de::DeserializeOwned;

use super::buffered_texts::{AfterError, TypeGuesses, Within, text_within};
use super::hide::{child, hide};
use super::key_path::KeyPath;
use super::placeholder::TURNS;
use super::problem::{SectionProblem, SectionProblemKind};
use super::read_pass::{KeyNotes, ReadPass};
use super::read_value::ReadValue;
use super::secret::made;
use super::tree::{ConfigNode, Tree};
use super::trial::Trials;
use super::value::ConfigValue;
use super::variable_names::{rename, rename_unmet};

/// So many faults are told with a value that was tried.
const TRIED: usize = 50;

/// Faults beyond these are more of the same.
const MOST: usize = 500;

/// What a read gave: the value if nothing is wrong, and what is known of the section's keys.
pub(super) struct SectionReading<T> {
    pub(super) value: Option<ReadValue<T>>,
    pub(super) faults: Vec<SectionProblem>,
    /// Every value was met, or what stands in for it.
    pub(super) complete: bool,
    pub(super) notes: KeyNotes,
}

pub(super) fn read<T: DeserializeOwned>(tree: &Tree, section: &'static str) -> SectionReading<T> {
    let path = KeyPath::of(section);
    let keys: Vec<&str> = section.split('.').collect();
    let said = tree.section(&keys);
    let empty = ConfigNode::new(ConfigValue::Table(Default::default()), super::source::Source::Nowhere);
    let node = said.as_deref().unwrap_or(&empty);
    let mut pass = ReadPass::default();
    let mut faults = Vec::new();
    let mut guesses = TypeGuesses::default();
    let mut asked = false;
    let made_before = made();
    let value = loop {
        match pass.read_section::<T>(node, &path) {
            Ok(Ok(value)) => {
                let found = faults.is_empty() && !asked && rename_unmet::<T>(&mut pass, node, &path);
                asked = true;
                if !found {
                    break Some(value);
                }
            }
            Ok(Err(error)) => {
                let met = error.met();
                let (mut at, mut cause) = error.into_parts();
                if let SectionProblemKind::Missing = cause
                    && rename(&mut pass, &at)
                {
                    continue;
                }
                match guesses.again(&mut pass, &at, &cause, met) {
                    AfterError::Read => continue,
                    AfterError::Wrong(place, reason) => (at, cause) = (place, reason),
                    AfterError::AsItIs => {
                        if let Some(place) = text_within::<T>(&mut pass, &at, node, &path) {
                            match place {
                                Within::Works => continue,
                                Within::Only(place) => at = place,
                            }
                        }
                    }
                }
                if let SectionProblemKind::Key { .. } = cause {
                    faults.push(fault(node, &path, at.clone(), cause));
                    if !pass.wrong_keys.insert(at) {
                        break None;
                    }
                    if faults.len() >= MOST {
                        break None;
                    }
                    continue;
                }
                match refused(&mut pass.stand_ins, &at, &cause) {
                    Some(turn) if *turn + 1 < TURNS => *turn += 1,
                    Some(_) => break None, // what else is wrong can't be found
                    None => {
                        faults.push(fault(node, &path, at.clone(), cause));
                        pass.stand_ins.insert(at, 0);
                    }
                }
            }
            Err(failure) => {
                let says = if made() == made_before {
                    failure.to_string()
                } else {
                    "it panicked (it had read a secret, so its message is not shown)".to_owned()
                };
                faults.push(SectionProblem::new(
                    path.clone(),
                    said.as_deref(),
                    SectionProblemKind::Refused(says),
                ));
                break None;
            }
        }
        if faults.len() >= MOST {
            break None;
        }
    };
    let secrets = pass.notes.borrow().secrets.clone();
    let is_secret = |fault: &SectionProblem| secrets.iter().any(|secret| fault.path.is_within(secret));
    let trials = Trials { section: node, path: &path, pass: &pass, alone: faults.len() == 1 };
    let shown = |fault: SectionProblem| {
        if is_secret(&fault) {
            fault.masked()
        } else {
            fault.saying(|says| hide(says, &secrets, node, &path))
        }
    };
    let tried = |(number, fault): (usize, SectionProblem)| {
        if number < TRIED { trials.example::<T>(shown(fault)) } else { shown(fault) }
    };
    let faults: Vec<SectionProblem> = faults.into_iter().enumerate().map(tried).collect();
    let notes = pass.notes.into_inner();
    let complete = value.is_some();
    SectionReading { value: value.filter(|_| faults.is_empty()), faults, complete, notes }
}

/// The value alone, as it is.
pub(super) fn read_node<T: DeserializeOwned>(section: &ConfigNode, path: &KeyPath) -> Option<ReadValue<T>> {
    ReadPass::default().read_section(section, path).ok()?.ok()
}

/// The stand-in that the error is about, if it is about one: it was refused itself, or a rule over it refused what it is
/// part of.
fn refused<'s>(
    stand_ins: &'s mut BTreeMap<KeyPath, usize>,
    at: &KeyPath,
    cause: &SectionProblemKind,
) -> Option<&'s mut usize> {
    let itself = stand_ins.keys().rev().find(|place| at.is_within(place)).cloned();
    let part = |cause: &SectionProblemKind| match cause {
        SectionProblemKind::Missing => None,
        _ => stand_ins.iter().filter(|(place, _)| place.is_within(at)).min_by_key(|(_, turn)| **turn),
    };
    let place = itself.or_else(|| part(cause).map(|(place, _)| place.clone()))?;
    stand_ins.get_mut(&place)
}

/// A fault with the value that it is about; what is missing is told where its table is.
fn fault(section: &ConfigNode, path: &KeyPath, at: KeyPath, cause: SectionProblemKind) -> SectionProblem {
    let mut node = Cow::Borrowed(section);
    for step in &at.steps()[path.steps().len().min(at.steps().len())..] {
        match child(&node, step) {
            Some(child) => node = Cow::Owned(child),
            None => break,
        }
    }
    SectionProblem::new(at, Some(&node), cause)
}
