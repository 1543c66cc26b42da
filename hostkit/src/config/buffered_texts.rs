//! The type of a text that the environment said, where serde buffers: it asks for any value then. A text that was taken for a number
//! and is refused is read again as a text.

use std::collections::{BTreeMap, BTreeSet};

use serde_core::de::DeserializeOwned;

use super::error::RejectedValue;
use super::key_path::KeyPath;
use super::problem::SectionProblemKind;
use super::read_pass::ReadPass;
use super::tree::ConfigNode;

/// At most this many texts of one buffer are tried in all combinations, more of them one by one.
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
pub(super) enum AfterError {
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
    ) -> AfterError {
        let Some(met) = met else { return AfterError::AsItIs };
        if let RejectedValue::Text(_) = &met {
            // It was a text that had been something else before.
            let read =
                pass.as_text.iter().rev().find(|path| path.is_within(at) && self.refused.contains_key(path));
            let Some(path) = read.cloned() else { return AfterError::AsItIs };
            pass.as_text.remove(&path);
            self.wrong.insert(path.clone());
            let Some(cause) = self.refused.remove(&path) else { return AfterError::AsItIs };
            return AfterError::Wrong(path, cause);
        }
        let guessed = pass.guessed.borrow();
        let fits = |path: &KeyPath, guess: &RejectedValue| {
            *guess == met && path.is_within(at) && !self.wrong.contains(path) && !pass.as_text.contains(path)
        };
        let found = guessed.iter().find(|(path, guess)| fits(path, guess)).map(|(path, _)| path.clone());
        drop(guessed);
        match found {
            None => AfterError::AsItIs,
            Some(path) => {
                self.refused.insert(path.clone(), cause.clone());
                pass.as_text.insert(path);
                AfterError::Read
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
        let works = match pass.read_section::<T>(section, path) {
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
