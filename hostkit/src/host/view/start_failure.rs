//! Why a host did not start: what failed, where it stands, why, and what to do.

use std::fmt;

use crate::registry::Origin;

/// Why a start failed, in sentences.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StartFailure {
    /// What happened, in one line.
    pub what: String,
    /// Where the one that failed was declared, if it was.
    pub place: Option<Origin>,
    /// The whole error chain.
    pub why: String,
    /// What to do about it.
    pub help: String,
}

/// How a start failed. Its `Display` is what happened and why, in one line.
#[derive(Debug, Clone)]
pub(crate) struct StartProblem {
    /// What became of the one that failed, without its name.
    what: String,
    /// Empty, if that says it all.
    why: String,
    help: &'static str,
}

impl StartProblem {
    pub(crate) fn failed(what: impl Into<String>, why: impl fmt::Display) -> Self {
        StartProblem { what: what.into(), why: why.to_string(), help: "fix what the error names" }
    }

    pub(crate) fn failed_to_start(why: impl fmt::Display) -> Self {
        let help = "fix what the error names; to wait for something that comes up slowly, wait before `ready.notify()`";
        StartProblem { help, ..StartProblem::failed("failed to start", why) }
    }

    pub(crate) fn dropped_ready() -> Self {
        let what = "dropped its `Ready` without calling `notify()`";
        let help = "keep the `Ready`, and call `ready.notify()` once the service is ready";
        StartProblem { help, ..StartProblem::failed(what, "") }
    }

    pub(crate) fn late(what: String, why: &str) -> Self {
        StartProblem {
            help: "find out what it waits for, or raise `start_timeout`",
            ..StartProblem::failed(what, why)
        }
    }

    /// Of the one of this name, declared there.
    pub(super) fn of(&self, name: &str, place: Option<Origin>) -> StartFailure {
        let StartProblem { what, why, help } = self;
        let why = if why.is_empty() { what } else { why };
        StartFailure { what: format!("`{name}` {what}"), place, why: why.clone(), help: (*help).to_owned() }
    }
}

impl fmt::Display for StartProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.why {
            "" => f.write_str(&self.what),
            why => write!(f, "{}: {why}", self.what),
        }
    }
}
