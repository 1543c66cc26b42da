//! A section and what its rule says of it in, where the values were said that the rule is about out.

use super::source::Source;
use super::tree::{ConfigNode, normal};

/// The values that the sentence names, or else all of the section.
pub(super) fn blame(section: &ConfigNode, says: &str) -> Source {
    let Some(table) = section.table() else { return section.source.clone() };
    let mut leaves: Vec<(Vec<String>, Source)> = Vec::new();
    table.each_leaf(&mut Vec::new(), &mut |keys, node| leaves.push((keys.to_vec(), node.source.clone())));
    let quoted: Vec<&str> = says.split('`').skip(1).step_by(2).collect();
    let words: Vec<&str> = says.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).collect();
    let named_in = |words: &[&str]| -> Vec<Source> {
        let is_named = |keys: &[String]| {
            let path = keys.join(".");
            words
                .iter()
                .any(|word| *word == path || keys.last().is_some_and(|key| normal(key) == normal(word)))
        };
        leaves.iter().filter(|(keys, _)| is_named(keys)).map(|(_, source)| source.clone()).collect()
    };
    let named = match named_in(&quoted) {
        named if named.is_empty() => named_in(&words),
        named if named.len() == 1 => return named[0].clone(),
        named => named,
    };
    if named.is_empty() {
        Source::of_all(leaves.into_iter().map(|(_, source)| source).collect(), &section.source)
    } else {
        Source::of_all(named, &section.source)
    }
}
