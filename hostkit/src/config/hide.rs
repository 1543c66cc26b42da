//! A sentence of a user's type, and where the secrets of its section are; the sentence without them.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use super::key_path::{KeyPath, PathSegment};
use super::tree::ConfigNode;
use super::value::ConfigValue;

/// Shorter ones are in every sentence.
const SHORTEST: usize = 3;

/// What stands in place of a secret.
pub(crate) const MASK: &str = "***";

/// `section` is the value at `path`.
pub(super) fn hide(
    says: String,
    secrets: &BTreeSet<KeyPath>,
    section: &ConfigNode,
    path: &KeyPath,
) -> String {
    let mut texts = Vec::new();
    for secret in secrets {
        let mut node = Some(section.clone());
        for step in secret.steps().iter().skip(path.steps().len()) {
            node = node.and_then(|node| child(&node, step));
        }
        if let Some(node) = node {
            texts_of(&node.value, &node, &mut texts);
        }
    }
    // The longest first: one may be within another.
    texts.retain(|text| text.trim().chars().count() >= SHORTEST);
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    texts.iter().fold(says, |says, text| says.replace(text.trim(), MASK))
}

/// The value that a key of a table or a place in a list leads to.
pub(super) fn child(node: &ConfigNode, step: &PathSegment) -> Option<ConfigNode> {
    match step {
        PathSegment::Key(key) => node.table()?.get(key).cloned(),
        PathSegment::At(index) => match &node.value {
            ConfigValue::List(list) => list.get(*index).cloned(),
            ConfigValue::Plain(text) => match ConfigValue::parse(text, &node.source)? {
                ConfigValue::List(list) => list.get(*index).cloned(),
                _ => None,
            },
            _ => None,
        },
    }
}

/// Every text, number and key in the value, as it may be repeated.
fn texts_of(value: &ConfigValue, node: &ConfigNode, texts: &mut Vec<Zeroizing<String>>) {
    match value {
        ConfigValue::Table(table) => {
            for (key, node) in table.iter() {
                texts.push(key.to_owned().into());
                texts_of(&node.value, node, texts);
            }
        }
        ConfigValue::List(list) => list.iter().for_each(|node| texts_of(&node.value, node, texts)),
        ConfigValue::Text(text) | ConfigValue::Date(text) | ConfigValue::Huge(text) => {
            texts.push(text.clone());
            texts.push(text.escape_debug().to_string().into());
        }
        ConfigValue::Plain(text) => {
            texts.push(text.clone());
            texts.push(text.escape_debug().to_string().into());
            if let Some(typed) = ConfigValue::parse(text, &node.source) {
                texts_of(&typed, node, texts);
            }
        }
        ConfigValue::Integer(number) => {
            texts.push(number.to_string().into());
        }
        ConfigValue::Float(number) => {
            texts.push(number.to_string().into());
        }
        ConfigValue::Flag(_) => {}
    }
}
