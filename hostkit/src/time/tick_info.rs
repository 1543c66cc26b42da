//! Which due time a run of a timer is for, and why it runs: plain data.

use std::time::SystemTime;

/// Which due time a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub struct TickInfo {
    pub(crate) due: SystemTime,
    pub(crate) number: u64,
    pub(crate) missed: u64,
    pub(crate) cause: Cause,
}

/// Why a run runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// It was due.
    Schedule,
    /// It was asked for.
    Manual,
    /// It makes up for due times that were missed.
    CatchUp,
}
