//! The way to a value: keys of tables and places in lists.

use std::fmt;

use super::tree::{normal, written};

/// One step on the way to a value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PathSegment {
    Key(String),
    At(usize),
}

/// The way to a value. It displays like `http."a.b".hosts[0]`.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyPath(Vec<PathSegment>);

impl KeyPath {
    /// Of a section: `http.client`.
    pub(crate) fn of(section: &str) -> Self {
        KeyPath(section.split('.').map(|key| PathSegment::Key(key.to_owned())).collect())
    }

    pub(crate) fn of_keys(keys: &[String]) -> Self {
        KeyPath(keys.iter().cloned().map(PathSegment::Key).collect())
    }

    /// As the environment would write it, so that two ways to write one path compare equal.
    pub(crate) fn normal(&self) -> Self {
        let step = |step: &PathSegment| match step {
            PathSegment::Key(key) => PathSegment::Key(normal(key)),
            PathSegment::At(index) => PathSegment::At(*index),
        };
        KeyPath(self.0.iter().map(step).collect())
    }

    pub(crate) fn key(&self, key: &str) -> Self {
        self.then(PathSegment::Key(key.to_owned()))
    }

    pub(crate) fn at(&self, index: usize) -> Self {
        self.then(PathSegment::At(index))
    }

    fn then(&self, step: PathSegment) -> Self {
        let mut path = self.clone();
        path.0.push(step);
        path
    }

    /// Whether it leads to that value or to something within it.
    pub(crate) fn is_within(&self, other: &KeyPath) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The key of the child of `parent` on this way.
    pub(super) fn child_of(&self, parent: &KeyPath) -> Option<&str> {
        match self.0.strip_prefix(&*parent.0)?.first()? {
            PathSegment::Key(key) => Some(key),
            PathSegment::At(_) => None,
        }
    }

    /// As far as this other path goes.
    #[cfg(feature = "cli")]
    pub(crate) fn as_far_as(&self, other: &KeyPath) -> Self {
        KeyPath(self.0.iter().take(other.0.len()).cloned().collect())
    }

    /// The variable of the environment that says it.
    pub(crate) fn variable(&self) -> String {
        let keys = self.0.iter().filter_map(|step| match step {
            PathSegment::Key(key) => Some(format!("__{}", normal(key).to_uppercase())),
            PathSegment::At(_) => None,
        });
        format!("HOSTKIT{}", keys.collect::<String>())
    }

    /// The way to the table or list that it is in.
    pub(super) fn without_last(&self) -> Option<Self> {
        self.0.split_last().map(|(_, steps)| KeyPath(steps.to_vec()))
    }

    /// The way to the outermost list that it is in.
    pub(super) fn list(&self) -> Option<Self> {
        let at = self.0.iter().position(|step| matches!(step, PathSegment::At(_)))?;
        Some(KeyPath(self.0[..at].to_vec()))
    }

    /// The number of steps.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn last(&self) -> Option<&PathSegment> {
        self.0.last()
    }

    pub(super) fn steps(&self) -> &[PathSegment] {
        &self.0
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                PathSegment::Key(key) if number == 0 => f.write_str(&written(&[key]))?,
                PathSegment::Key(key) => write!(f, ".{}", written(&[key]))?,
                PathSegment::At(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
