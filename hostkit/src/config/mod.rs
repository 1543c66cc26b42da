//! Configuration in layers: what files, the environment and the command line say, each value with its source.

mod file;
mod layers;
mod source;
mod tree;
mod value;

pub use layers::Layers;
pub(crate) use tree::{Node, Tree, written};
