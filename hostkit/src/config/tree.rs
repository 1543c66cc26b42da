//! All layers together: one tree of keys, in which each value knows where it was said.
//!
//! The environment has no small letters and no `-`, so that its keys are *fuzzy*: one of them means the key that is written
//! so by others, or that a reader asks for so, with both in [`normal`] form.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use hostkit_grammar::Given;

use super::key_path::PathSegment;
use super::source::{LayerProblem, Source};
use super::value::ConfigValue;

/// The merged configuration: what [`Layers`](crate::config::Layers) become.
#[derive(Clone, Default)]
pub(crate) struct Tree {
    pub(super) root: ConfigTable,
    /// What could not be read, and is no part of the tree.
    pub(crate) faults: Vec<LayerProblem>,
    /// Variables of the environment that set nothing, but may have been meant to.
    pub(crate) strays: Vec<String>,
}

/// Keys with their values, sorted.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct ConfigTable(BTreeMap<String, ConfigNode>);

/// A value, and where it was said.
#[derive(Clone, PartialEq)]
pub(crate) struct ConfigNode {
    pub(crate) value: ConfigValue,
    pub(crate) source: Source,
    /// Its key is the environment's: lower case, with `_` for `.` and `-`.
    pub(crate) fuzzy: bool,
}

impl Tree {
    /// The value at this path of keys: `tree.section(&["services"])`.
    pub(crate) fn section(&self, path: &[&str]) -> Option<Cow<'_, ConfigNode>> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(Cow::Borrowed(self.root.get(first)?), |node, key| match node {
            Cow::Borrowed(node) => node.child(key),
            Cow::Owned(node) => node.child(key).map(|child| Cow::Owned(child.into_owned())),
        })
    }

    /// The sections.
    pub(crate) fn table(&self) -> &ConfigTable {
        &self.root
    }

    /// Every value that is no table (or an empty one), with the keys that lead to it, sorted by them.
    pub(crate) fn each_leaf(&self, each: &mut dyn FnMut(&[String], &ConfigNode)) {
        self.root.each_leaf(&mut Vec::new(), each);
    }

    /// Whether the environment says anything of this section.
    pub(crate) fn is_of_environment(&self, section: &str) -> bool {
        let keys: Vec<&str> = section.split('.').collect();
        let Some(node) = self.section(&keys) else { return false };
        let is_of_environment = |node: &ConfigNode| matches!(node.source, Source::Environment(_));
        let mut found = is_of_environment(&node);
        if let Some(table) = node.table() {
            table.each_leaf(&mut Vec::new(), &mut |_, node| found |= is_of_environment(node));
        }
        found
    }

    /// Lays another tree over this one.
    pub(crate) fn lay(&mut self, over: Tree) {
        self.root.lay(over.root);
        self.faults.extend(over.faults);
        self.strays.extend(over.strays);
    }

    /// Lays one value over this tree.
    pub(super) fn put(&mut self, path: Vec<String>, node: ConfigNode) {
        let fuzzy = node.fuzzy;
        let wrapped = path.into_iter().rev().fold(None, |inner: Option<ConfigTable>, key| {
            let node = match inner {
                None => node.clone(),
                Some(table) => {
                    ConfigNode { value: ConfigValue::Table(table), source: node.source.clone(), fuzzy }
                }
            };
            Some(ConfigTable(BTreeMap::from([(key, node)])))
        });
        self.root.lay(wrapped.unwrap_or_default());
    }
}

impl ConfigTable {
    /// The value of a key that is asked for by its true name; the environment may have written it in its own way.
    pub(crate) fn get(&self, key: &str) -> Option<&ConfigNode> {
        let exact = self.0.get(key);
        let wanted = normal(key);
        exact.or_else(|| self.0.iter().find(|(known, node)| node.fuzzy && **known == wanted).map(|(_, n)| n))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &ConfigNode)> {
        self.0.iter().map(|(key, node)| (&**key, node))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn each_leaf(&self, path: &mut Vec<String>, each: &mut dyn FnMut(&[String], &ConfigNode)) {
        for (key, node) in &self.0 {
            path.push(key.clone());
            match node.table() {
                Some(table) if !table.is_empty() => table.each_leaf(path, each),
                _ => each(path, node),
            }
            path.pop();
        }
    }

    fn lay(&mut self, over: ConfigTable) {
        if self.0.is_empty() {
            *self = over;
            return;
        }
        for (key, node) in over.0 {
            let under = self.key_of(&key, node.fuzzy).and_then(|under| self.0.remove_entry(&under));
            let (key, node) = match under {
                None => (key, node),
                Some((under_key, under)) => {
                    let key = if node.fuzzy { under_key } else { key }; // who writes it in full knows its name
                    (key, under.under(node))
                }
            };
            self.0.insert(key, node);
        }
    }

    /// The key that is there and means the same.
    fn key_of(&self, key: &str, fuzzy: bool) -> Option<String> {
        if self.0.contains_key(key) {
            return Some(key.to_owned());
        }
        let wanted = normal(key);
        let same = |(known, node): &(&String, &ConfigNode)| (fuzzy || node.fuzzy) && normal(known) == wanted;
        self.0.iter().find(same).map(|(known, _)| known.clone())
    }
}

impl FromIterator<(String, ConfigNode)> for ConfigTable {
    fn from_iter<I: IntoIterator<Item = (String, ConfigNode)>>(pairs: I) -> Self {
        ConfigTable(pairs.into_iter().collect())
    }
}

impl ConfigNode {
    pub(super) fn new(value: ConfigValue, source: Source) -> Self {
        ConfigNode { value, source, fuzzy: false }
    }

    /// Its keys and values, if it is a table; text of the environment or the command line may be one, `{ a = 1 }`.
    pub(crate) fn table(&self) -> Option<Cow<'_, ConfigTable>> {
        match &self.value {
            ConfigValue::Table(table) => Some(Cow::Borrowed(table)),
            ConfigValue::Plain(text) if text.trim_start().starts_with('{') => {
                match ConfigValue::parse(text, &self.source)? {
                    ConfigValue::Table(table) => Some(Cow::Owned(table)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// As the grammar of options takes it: `grammar::check(option, &node.given())`.
    pub(crate) fn given(&self) -> Given<'_> {
        self.value.given()
    }

    /// Where it was said, if it is the value of one of hostkit's own options, of which none is secret: what `--set` said is
    /// shown with its value.
    pub(crate) fn source_of_option(&self) -> String {
        match (&self.source, &self.value) {
            (Source::Set(key), ConfigValue::Plain(text)) => format!("--set {key}={}", **text),
            (source, _) => source.to_string(),
        }
    }

    /// The same with another value at the end of this way.
    pub(super) fn with(
        &self,
        steps: &[PathSegment],
        value: &dyn Fn(&ConfigNode) -> Option<ConfigValue>,
    ) -> Option<ConfigNode> {
        let Some((step, rest)) = steps.split_first() else {
            return Some(ConfigNode { value: value(self)?, ..self.clone() });
        };
        let changed = match step {
            PathSegment::Key(key) => {
                let mut table = self.table()?.into_owned();
                let key = table.key_of(key, true).unwrap_or_else(|| key.clone());
                let child = table.0.get(&key)?.with(rest, value)?;
                table.0.insert(key, child);
                ConfigValue::Table(table)
            }
            PathSegment::At(index) => {
                let mut list = match &self.value {
                    ConfigValue::List(list) => list.clone(),
                    ConfigValue::Plain(text) => match ConfigValue::parse(text, &self.source)? {
                        ConfigValue::List(list) => list,
                        _ => return None,
                    },
                    _ => return None,
                };
                let child = list.get(*index)?.with(rest, value)?;
                list[*index] = child;
                ConfigValue::List(list)
            }
        };
        Some(ConfigNode { value: changed, ..self.clone() })
    }

    fn child(&self, key: &str) -> Option<Cow<'_, ConfigNode>> {
        match self.table()? {
            Cow::Borrowed(table) => table.get(key).map(Cow::Borrowed),
            Cow::Owned(table) => table.get(key).map(|node| Cow::Owned(node.clone())),
        }
    }

    /// This value with another laid over it: tables merge key by key, anything else is replaced.
    fn under(self, over: ConfigNode) -> ConfigNode {
        let fuzzy = self.fuzzy && over.fuzzy;
        match (self.table(), over.table()) {
            (Some(under), Some(table)) => {
                let mut merged = under.into_owned();
                merged.lay(table.into_owned());
                ConfigNode { value: ConfigValue::Table(merged), source: self.source, fuzzy }
            }
            _ => ConfigNode { fuzzy, ..over },
        }
    }
}

/// Its sections only: a value may be secret, and whether it is only its section knows.
impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.root.iter().map(|(key, _)| key)).finish()
    }
}

/// A key as the environment writes it: lower case, with `_` for `.` and `-`.
pub(crate) fn normal(key: &str) -> String {
    key.to_lowercase().replace(['.', '-'], "_")
}

/// A path of keys as `--set` takes it: `services."a.b".every`.
pub(crate) fn written<S: AsRef<str>>(path: &[S]) -> String {
    let segment = |key: &S| {
        let key = key.as_ref();
        let bare = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if bare { key.to_owned() } else { format!("{key:?}") }
    };
    path.iter().map(segment).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(tree: &Tree, path: &[&str]) -> Option<String> {
        match &tree.section(path)?.value {
            ConfigValue::Text(text) | ConfigValue::Plain(text) => Some(text.to_string()),
            other => Some(format!("{other:?}")),
        }
    }

    fn tree(parts: &[(&[&str], &str, bool)]) -> Tree {
        let mut tree = Tree::default();
        for (path, value, fuzzy) in parts {
            let source = Source::Set(String::new());
            let node =
                ConfigNode { value: ConfigValue::Plain((*value).to_owned().into()), source, fuzzy: *fuzzy };
            tree.put(path.iter().map(|key| (*key).to_owned()).collect(), node);
        }
        tree
    }

    fn keys(tree: &Tree) -> Vec<String> {
        let mut keys = Vec::new();
        tree.each_leaf(&mut |path, _| keys.push(written(path)));
        keys
    }

    #[test]
    fn a_key_of_the_environment_means_the_key_that_is_there_before_or_after_it() {
        for order in [[0, 1], [1, 0]] {
            let parts =
                [(&["s", "my-Job.x", "every"][..], "1s", false), (&["s", "my_job_x", "every"], "2s", true)];
            let tree = tree(&order.map(|at| parts[at]));
            assert_eq!(keys(&tree), [r#"s."my-Job.x".every"#]);
            assert_eq!(text(&tree, &["s", "my-Job.x", "every"]), Some(parts[order[1]].1.to_owned()));
            assert_eq!(text(&tree, &["s", "my_job_x", "every"]), None, "it is known by its true name only");
        }
    }

    #[test]
    fn a_key_of_the_environment_alone_is_found_by_what_is_asked_for() {
        let tree = tree(&[(&["http", "maxsize"], "1", true), (&["http", "a-b"], "2", false)]);
        assert_eq!(text(&tree, &["http", "maxSize"]).as_deref(), Some("1"));
        assert_eq!(text(&tree, &["http", "a_b"]), None, "a file writes names in full");
    }

    #[test]
    fn tables_merge_and_all_else_is_replaced() {
        let tree = tree(&[
            (&["a"], "{ x = 1, y = 'one' }", false),
            (&["a", "x"], "2", false),
            (&["a"], "{ z.z = 'deep' }", false),
            (&["b", "x"], "1", false),
            (&["b"], "gone", false),
            (&["c"], "gone", false),
            (&["c", "x"], "1", false),
        ]);
        assert_eq!(keys(&tree), ["a.x", "a.y", "a.z.z", "b", "c.x"]);
        assert_eq!(text(&tree, &["a", "x"]).as_deref(), Some("2"));
        assert_eq!(text(&tree, &["a", "z", "z"]).as_deref(), Some("deep"));
    }
}
