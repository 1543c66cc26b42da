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
    /// `--set`, or [`Layers::set`](crate::Layers::set): the key and the value as they were written.
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
    /// Where, without what: the value may be secret.
    pub(crate) fn place(&self) -> String {
        match self {
            Source::Set(text) => format!("--set {}", text.split_once('=').map_or("", |(key, _)| key.trim())),
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
            Source::Set(text) => write!(f, "--set {text}"),
            Source::Profile(name) => write!(f, "the profile {name:?}"),
            Source::Nowhere => f.write_str("nowhere"),
        }
    }
}
