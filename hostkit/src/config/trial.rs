//! A fault in, the same with a value that is right out: each that may be right is read in the place of the wrong one.

use serde_core::de::DeserializeOwned;

use super::example::in_one_line;
use super::hide::child;
use super::key_path::{KeyPath, PathSegment};
use super::problem::SectionProblem;
use super::read_pass::ReadPass;
use super::tree::ConfigNode;
use super::value::ConfigValue;

pub(super) struct Trials<'a> {
    pub(super) section: &'a ConfigNode,
    pub(super) path: &'a KeyPath,
    /// The read that found the fault, with what stands in for all that is wrong.
    pub(super) pass: &'a ReadPass,
    /// Nothing else is wrong, so that a trial has to come to its end.
    pub(super) alone: bool,
}

impl Trials<'_> {
    pub(super) fn example<T: DeserializeOwned>(&self, fault: SectionProblem) -> SectionProblem {
        let found = fault.examples().into_iter().find_map(|example| self.tried::<T>(&fault, &example));
        fault.with_example(found)
    }

    /// The value as it is to be written, if it is right.
    fn tried<T: DeserializeOwned>(&self, fault: &SectionProblem, example: &str) -> Option<String> {
        let section = put(self.section, self.path, &fault.path, example)?;
        let stand_ins = self.pass.stand_ins.iter().filter(|(place, _)| !place.is_within(&fault.path));
        let pass = ReadPass {
            stand_ins: stand_ins.map(|(place, turn)| (place.clone(), *turn)).collect(),
            as_text: self.pass.as_text.clone(),
            renamed: self.pass.renamed.clone(),
            wrong_keys: self.pass.wrong_keys.clone(),
            ..ReadPass::default()
        };
        let right = match pass.read_section::<T>(&section, self.path) {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => !self.alone && !error.into_parts().0.is_within(&fault.path),
            Err(_) => false,
        };
        if !right {
            return None;
        }
        let Some(list) = fault.path.list().filter(|_| fault.is_of_environment()) else {
            return Some(example.to_owned());
        };
        // The environment and `--set` say a list as a whole; what may be secret in it is not repeated.
        let notes = self.pass.notes.borrow();
        if notes.secrets.iter().any(|secret| secret.is_within(&list) || list.is_within(secret)) {
            return None;
        }
        let mut whole = Some(section.clone());
        for step in list.steps().iter().skip(self.path.len()) {
            whole = whole.and_then(|node| child(&node, step));
        }
        in_one_line(&whole?.value)
    }
}

/// The section with the value in that place.
pub(super) fn put(
    section: &ConfigNode,
    path: &KeyPath,
    place: &KeyPath,
    example: &str,
) -> Option<ConfigNode> {
    let steps: &[PathSegment] = place.steps().get(path.len()..)?;
    section.with(steps, &|node| match &node.value {
        ConfigValue::Plain(_) => {
            let bare = example.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            Some(ConfigValue::Plain(bare.unwrap_or(example).to_owned().into()))
        }
        _ => ConfigValue::parse(example, &node.source),
    })
}
