//! What the environment can't say, a text's type and a key's true name, is found out by reading again.
//!
//! Where serde buffers, it asks for any value and for any key. A text that was taken for a number and is refused is read as a
//! text; a key that nobody looks at is offered in the other ways in which names are written.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use serde_core::de::DeserializeOwned;

use crate::config::error::RejectedValue;
use crate::config::key_path::{KeyPath, PathSegment};
use crate::config::problem::SectionProblemKind;
use crate::config::read_pass::ReadPass;

use crate::config::tree::{ConfigNode, normal};

use crate::sync::catch_panic;

/// So many texts of one buffer are tried in all combinations, more of them one by one.
const COMBINED: usize = 6;

/// Texts that were taken for something else, and what came of it.
#[derive(Default)]
pub(super) struct TypeGuesses {
    /// Why each was refused as what it was taken for.
    refused: BTreeMap<KeyPath, SectionProblemKind>,
    /// Refused as a text as well.
    wrong: BTreeSet<KeyPath>,
}

/// What to do after an error.
pub(super) enum Again {
    /// Something is read otherwise now.
    Read,
    /// This is the value that is wrong.
    Wrong(KeyPath, SectionProblemKind),
    /// It has to do with no guess that is known.
    AsItIs,
}

impl TypeGuesses {
    /// `met` is the value that a type refused within the buffer at `at`.
    pub(super) fn again(
        &mut self,
        pass: &mut ReadPass,
        at: &KeyPath,
        cause: &SectionProblemKind,
        met: Option<RejectedValue>,
    ) -> Again {
        let Some(met) = met else { return Again::AsItIs };
        if let RejectedValue::Text(_) = &met {
            // It was a text that had been something else before.
            let read =
                pass.as_text.iter().rev().find(|path| path.is_within(at) && self.refused.contains_key(path));
            let Some(path) = read.cloned() else { return Again::AsItIs };
            pass.as_text.remove(&path);
            self.wrong.insert(path.clone());
            let Some(cause) = self.refused.remove(&path) else { return Again::AsItIs };
            return Again::Wrong(path, cause);
        }
        let guessed = pass.guessed.borrow();
        let fits = |path: &KeyPath, guess: &RejectedValue| {
            *guess == met && path.is_within(at) && !self.wrong.contains(path) && !pass.as_text.contains(path)
        };
        let found = guessed.iter().find(|(path, guess)| fits(path, guess)).map(|(path, _)| path.clone());
        drop(guessed);
        match found {
            None => Again::AsItIs,
            Some(path) => {
                self.refused.insert(path.clone(), cause.clone());
                pass.as_text.insert(path);
                Again::Read
            }
        }
    }
}

/// What came of reading the texts of a buffer as texts.
pub(super) enum Within {
    /// Some of them are.
    Works,
    /// No, but there is only this one.
    Only(KeyPath),
}

/// An error that does not say which value it is about: each of the texts within may be the one.
pub(super) fn text_within<T: DeserializeOwned>(
    pass: &mut ReadPass,
    at: &KeyPath,
    section: &ConfigNode,
    path: &KeyPath,
) -> Option<Within> {
    let texts: Vec<KeyPath> =
        pass.guessed.borrow().keys().filter(|text| text.is_within(at)).cloned().collect();
    let texts: Vec<KeyPath> = texts.into_iter().filter(|text| !pass.as_text.contains(text)).collect();
    let count = texts.len();
    let all = (1u32 << count.min(COMBINED)) - 1;
    let combined = (1..=all).map(|bits| (0..count.min(COMBINED)).filter(|at| bits >> at & 1 == 1).collect());
    let mut ways: Vec<Vec<usize>> = match count {
        0 => return None,
        1..=COMBINED => combined.collect(),
        _ => (0..count).map(|at| vec![at]).chain([(0..count).collect()]).collect(),
    };
    ways.sort_by_key(Vec::len);
    for way in ways {
        let before = pass.as_text.clone();
        pass.as_text.extend(way.into_iter().map(|text| texts[text].clone()));
        let works = match catch_panic(|| pass.read(PhantomData::<T>, Some(section), path)) {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => !error.into_parts().0.is_within(at),
            Err(_) => false,
        };
        if works {
            return Some(Within::Works);
        }
        pass.as_text = before;
    }
    match <[KeyPath; 1]>::try_from(texts) {
        Ok([only]) => Some(Within::Only(only)),
        Err(_) => None,
    }
}

/// A field is missing: a key of the environment that means it in its own way becomes it.
pub(super) fn rename(pass: &mut ReadPass, missing: &KeyPath) -> bool {
    let (Some(PathSegment::Key(name)), Some(table)) = (missing.last(), missing.without_last()) else {
        return false;
    };
    let free = table.key(&normal(name));
    let found =
        pass.free.borrow().contains_key(&free) && free != *missing && !pass.renamed.contains_key(&free);
    if found {
        pass.renamed.insert(free, name.clone());
    }
    found
}

/// A section that was read without a fault: keys of the environment that nobody looked at are offered by other names, and noted
/// if nobody looks at them then either. Whether any got another name.
pub(super) fn rename_unmet<T: DeserializeOwned>(
    pass: &mut ReadPass,
    section: &ConfigNode,
    path: &KeyPath,
) -> bool {
    let free: Vec<(KeyPath, String)> = pass.free.borrow().clone().into_iter().collect();
    let mut renamed = false;
    for (key, variable) in free {
        if pass.renamed.contains_key(&key) {
            continue;
        }
        let (Some(PathSegment::Key(name)), Some(table)) = (key.last().cloned(), key.without_last()) else {
            continue;
        };
        let as_it_is = looked_at::<T>(pass, &key, &name, &table, section, path);
        let other = match as_it_is {
            Looked::ByType => continue,
            _ => ways(&name).into_iter().find(|other| {
                let looked = looked_at::<T>(pass, &key, other, &table, section, path);
                matches!((looked, as_it_is), (Looked::ByType, _) | (Looked::InBuffer, Looked::Never))
            }),
        };
        match other {
            Some(other) => {
                renamed = true;
                pass.renamed.insert(key, other);
            }
            None if matches!(as_it_is, Looked::Never) => {
                pass.notes.borrow_mut().unmet.insert(key, variable);
            }
            None => {}
        }
    }
    renamed
}

#[derive(Clone, Copy)]
enum Looked {
    Never,
    /// By a field of the table itself.
    ByType,
    /// By something that serde flattened.
    InBuffer,
}

/// Who looks at the value of this key, if it is called so.
fn looked_at<T: DeserializeOwned>(
    pass: &mut ReadPass,
    key: &KeyPath,
    name: &str,
    table: &KeyPath,
    section: &ConfigNode,
    path: &KeyPath,
) -> Looked {
    let notes = std::mem::take(&mut *pass.notes.borrow_mut()); // this read tells nothing
    let before = pass.renamed.insert(key.clone(), name.to_owned());
    pass.poison = Some(table.key(name));
    pass.poisoned_by_type.set(false);
    let read = catch_panic(|| pass.read(PhantomData::<T>, Some(section), path));
    pass.poison = None;
    match before {
        Some(before) => drop(pass.renamed.insert(key.clone(), before)),
        None => drop(pass.renamed.remove(key)),
    }
    *pass.notes.borrow_mut() = notes;
    match read {
        Ok(Ok(_)) => Looked::Never,
        _ if pass.poisoned_by_type.get() => Looked::ByType,
        _ => Looked::InBuffer,
    }
}

/// `api_key` as names are written elsewhere: `API_KEY`, `api-key`, `apiKey`, `ApiKey`, `API-KEY`.
fn ways(name: &str) -> Vec<String> {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    };
    let words: Vec<&str> = name.split('_').collect();
    let pascal: String = words.iter().map(|word| capital(word)).collect();
    let camel: String = words
        .iter()
        .take(1)
        .map(|word| (*word).to_owned())
        .chain(words.iter().skip(1).map(|word| capital(word)))
        .collect();
    let ways = [
        name.to_uppercase(),
        name.replace('_', "-"),
        camel,
        pascal,
        name.to_uppercase().replace('_', "-"),
        name.replace('_', "."),
    ];
    ways.into_iter().filter(|way| way != name).collect()
}
