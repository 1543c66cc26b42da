//! The way to a value: keys of tables and places in lists.

use std::fmt;

use super::tree::{normal, written};

/// One step on the way to a value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Key(String),
    At(usize),
}

/// The way to a value. It displays like `http."a.b".hosts[0]`.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path(Vec<Step>);

impl Path {
    /// Of a section: `http.client`.
    pub(crate) fn of(section: &str) -> Self {
        Path(section.split('.').map(|key| Step::Key(key.to_owned())).collect())
    }

    pub(crate) fn of_keys(keys: &[String]) -> Self {
        Path(keys.iter().cloned().map(Step::Key).collect())
    }

    /// As the environment would write it, so that two ways to write one path compare equal.
    pub(crate) fn normal(&self) -> Self {
        let step = |step: &Step| match step {
            Step::Key(key) => Step::Key(normal(key)),
            Step::At(index) => Step::At(*index),
        };
        Path(self.0.iter().map(step).collect())
    }

    pub(crate) fn key(&self, key: &str) -> Self {
        self.then(Step::Key(key.to_owned()))
    }

    pub(crate) fn at(&self, index: usize) -> Self {
        self.then(Step::At(index))
    }

    fn then(&self, step: Step) -> Self {
        let mut path = self.clone();
        path.0.push(step);
        path
    }

    /// Whether it leads to that value or to something within it.
    pub(crate) fn is_within(&self, other: &Path) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The key of the child of `parent` on this way.
    pub(super) fn child_of(&self, parent: &Path) -> Option<&str> {
        match self.0.strip_prefix(&*parent.0)?.first()? {
            Step::Key(key) => Some(key),
            Step::At(_) => None,
        }
    }

    /// As far as this other path goes.
    #[cfg(feature = "cli")]
    pub(crate) fn as_far_as(&self, other: &Path) -> Self {
        Path(self.0.iter().take(other.0.len()).cloned().collect())
    }

    /// The variable of the environment that says it.
    pub(crate) fn variable(&self) -> String {
        let keys = self.0.iter().filter_map(|step| match step {
            Step::Key(key) => Some(format!("__{}", normal(key).to_uppercase())),
            Step::At(_) => None,
        });
        format!("HOSTKIT{}", keys.collect::<String>())
    }

    /// The way to the table or list that it is in.
    pub(super) fn without_last(&self) -> Option<Self> {
        self.0.split_last().map(|(_, steps)| Path(steps.to_vec()))
    }

    /// The way to the outermost list that it is in.
    pub(super) fn list(&self) -> Option<Self> {
        let at = self.0.iter().position(|step| matches!(step, Step::At(_)))?;
        Some(Path(self.0[..at].to_vec()))
    }

    /// The number of steps.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn last(&self) -> Option<&Step> {
        self.0.last()
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if number == 0 => f.write_str(&written(&[key]))?,
                Step::Key(key) => write!(f, ".{}", written(&[key]))?,
                Step::At(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
