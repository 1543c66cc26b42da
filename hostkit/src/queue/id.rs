//! What a job is known by.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// What a job is known by, in its queue: in the log, among dead jobs, and by who enqueued it. It prints as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub(super) u64);

impl JobId {
    /// The first job's of each queue.
    #[cfg(feature = "testing")]
    pub(crate) const FIRST: JobId = JobId(1);
    /// No job's.
    pub(crate) const NONE: JobId = JobId(0);
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for JobId {
    type Err = ParseIntError;

    /// Reads what it prints, from a command line say.
    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(JobId)
    }
}
