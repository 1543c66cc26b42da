//! Configuration in layers: what files, the environment and the command line say, each value with its source; and the
//! sections that are read from it.

mod access;
mod blame;
mod buffered_texts;
mod byte_size;
mod error;
mod example;
mod file;
mod hide;
mod key_path;
mod layers;
mod node_reader;
mod placeholder;
mod poisoned_reader;
mod problem;
mod read;
mod read_pass;
mod read_value;
mod secret;
pub(crate) mod section;
mod source;
mod tree;
mod trial;
mod value;
mod variable_names;

pub use byte_size::{ByteSize, ByteSizeError};
#[cfg(feature = "cli")]
pub(crate) use hide::MASK;
pub(crate) use key_path::KeyPath;
pub use layers::Layers;
pub(crate) use layers::{PREFIX, PROFILE};
pub(crate) use problem::{SectionProblem, cut, or_unset};
pub use secret::Secret;
pub use section::Config;
pub(crate) use section::{InsertSection, Section, SectionNeed};
pub(crate) use source::{LayerProblem, Source};
pub(crate) use tree::{ConfigNode, Tree, normal, written};
#[cfg(feature = "cli")]
pub(crate) use value::ConfigValue;
#[doc(no_inline)]
pub use zeroize::Zeroize;
