//! What surrounds a build decides what `main!` and `link!` link, and what they warn of.
//!
//! rustc drops a crate that no Rust path names, and its services with it. So each direct dependency that uses hostkit gets an
//! `extern crate`. Facts that a macro can't see, as under an editor's macro server, are left out: then `link = […]` decides alone.

pub(crate) mod build_env;
mod decide;
pub(crate) mod externs;
mod links;
mod lockfile;
mod manifest;
mod reachable;

pub(crate) use links::{Linkage, Named, own_library};
