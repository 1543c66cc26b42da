//! A mark in the chain of an error that is there only because the host stops, such as that of a queue which it has closed.
//!
//! It is a source, not a type to downcast to: a wrapper may hide the outermost type of an error (anyhow's does), but never its
//! sources.

use std::error::Error;
use std::fmt;

/// The mark. It is no link of the chain that users read.
#[derive(Debug)]
pub(crate) struct StoppedMark;

pub(crate) static BY_STOP: StoppedMark = StoppedMark;

impl fmt::Display for StoppedMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host stops")
    }
}

impl Error for StoppedMark {}
