//! Where a value was said, and what is told of a layer that can't be read.

use std::fmt;
use std::path::{Path, PathBuf};

use hostkit_grammar::Sentence;

/// Where a value was said.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A file, and the line in it (from 1; 0 for the whole file).
    File(PathBuf, usize),
    /// A variable of the environment.
    Environment(String),
    /// `--set`, or [`Layers::set`](crate::config::Layers::set): the key as it was written, never the value, which may be secret.
    Set(String),
    /// The profile, which names a file.
    Profile(String),
    /// Values of several layers together.
    Several(Vec<Source>),
    /// Nobody said it.
    Nowhere,
}

/// A layer that can't be read, or a key in it.
#[derive(Clone)]
pub(crate) struct LayerProblem {
    pub(crate) key: String,
    pub(crate) why: Box<Sentence>,
    pub(crate) source: Source,
    /// What it was probably meant to set; nothing of a file, which may have been meant to set anything.
    pub(crate) meant: Option<super::KeyPath>,
}

impl Source {
    /// The path of the file that it is in.
    fn file(&self) -> Option<&Path> {
        match self {
            Source::File(path, _) => Some(path),
            _ => None,
        }
    }

    /// How far up its layer is; the profile's file is none apart.
    fn height(&self) -> u8 {
        match self {
            Source::Set(_) => 2,
            Source::Environment(_) => 1,
            _ => 0,
        }
    }

    /// Where these values were said, of which a rule says that they can't be together; `header` is where their table begins.
    pub(super) fn of_all(mut sources: Vec<Source>, header: &Source) -> Source {
        sources.sort_by_key(|source| std::cmp::Reverse(source.height()));
        let mut distinct: Vec<Source> = Vec::new();
        for source in sources {
            if !distinct.contains(&source) {
                distinct.push(source);
            }
        }
        match &distinct[..] {
            all if header.file().is_some() && all.iter().all(|one| one.file() == header.file()) => {
                header.clone()
            }
            [_] => distinct.remove(0),
            _ => Source::Several(distinct),
        }
    }

    /// Where, or that it is nowhere.
    pub(crate) fn place(&self) -> String {
        match self {
            Source::Nowhere => "not set in any file, variable or `--set`".into(),
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
            Source::Several(sources) => {
                let sources: Vec<_> = sources.iter().map(Source::to_string).collect();
                f.write_str(&sources.join(" and "))
            }
            Source::Nowhere => f.write_str("nowhere"),
        }
    }
}
