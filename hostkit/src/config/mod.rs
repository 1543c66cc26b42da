//! Configuration in layers: what files, the environment and the command line say, each value with its source; and the
//! sections that are read from it.

mod access;
mod blame;
mod byte_size;
mod error;
mod example;
mod fault;
mod file;
mod guesses;
mod hide;
mod layers;
mod node_reader;
mod pass;
mod path;
mod poison;
mod read;
mod secret;
mod section;
mod source;
mod stand_in;
mod tree;
mod trial;
mod value;

pub use byte_size::{ByteSize, ByteSizeError};
pub(crate) use fault::{Fault, cut, or_unset};
#[cfg(feature = "cli")]
pub(crate) use hide::MASK;
pub use layers::Layers;
pub(crate) use layers::{PREFIX, PROFILE};
pub(crate) use path::Path;
pub use secret::Secret;
pub use section::{Config, Section, verdict};
pub(crate) use section::{Give, SectionWant};
pub(crate) use source::{SettingFault, Source};
pub(crate) use tree::{Node, Tree, normal, written};
#[cfg(feature = "cli")]
pub(crate) use value::Value;
