//! Where a value was said, and what is told of a layer that can't be read.

use std::fmt;
use std::path::PathBuf;

/// Where a value was said.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A file, and the line in it (from 1; 0 for the whole file).
    File(PathBuf, usize),
    /// A variable of the environment.
    Environment(String),
    /// `--set`, or [`Layers::set`](crate::Layers::set): the key as it was written, never the value, which may be secret.
    Set(String),
    /// The profile, which names a file.
    Profile(String),
    /// Nobody said it.
    Nowhere,
}

/// A layer that can't be read, or a key in it.
#[derive(Clone)]
pub(crate) struct SettingFault {
    pub(crate) key: String,
    pub(crate) says: String,
    pub(crate) source: Source,
}

impl Source {
    /// Where, or that it is nowhere.
    pub(crate) fn place(&self) -> String {
        match self {
            Source::Nowhere => "no file, variable or `--set` has anything of it".into(),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::File(path, 0) => write!(f, "{}", path.display()),
            Source::File(path, line) => write!(f, "{}:{line}", path.display()),
            Source::Environment(variable) => write!(f, "the environment variable {variable}"),
            Source::Set(key) if key.is_empty() => f.write_str("a `--set`"),
            Source::Set(key) => write!(f, "--set {key}"),
            Source::Profile(name) => write!(f, "the profile {name:?}"),
            Source::Nowhere => f.write_str("nowhere"),
        }
    }
}
