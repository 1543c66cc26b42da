//! Configuration in layers: what files, the environment and the command line say, each value with its source.

mod file;
mod layers;
pub use layers::Layers;
pub(crate) use layers::Setting;
