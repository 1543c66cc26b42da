//! Why a host under test did not come up.

use std::fmt;

use crate::host::{BuildError, StartError};

/// Why a host under test did not come up.
#[non_exhaustive]
pub enum TestStartError {
    /// Its plan is invalid.
    Plan(BuildError),
    /// Its start failed.
    Start(StartError),
}

impl fmt::Display for TestStartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TestStartError::Plan(error) => error.fmt(f),
            TestStartError::Start(error) => error.fmt(f),
        }
    }
}

/// The same text, and more: `unwrap` in a test shows what is wrong.
impl fmt::Debug for TestStartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TestStartError::Plan(error) => fmt::Debug::fmt(error, f),
            TestStartError::Start(error) => fmt::Debug::fmt(error, f),
        }
    }
}

impl std::error::Error for TestStartError {}
