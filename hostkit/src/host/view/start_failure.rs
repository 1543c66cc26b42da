//! Why a host did not start: what failed, where it stands, why, and what to do.

use super::report::Report;
use super::request::StopCause;
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

impl Report {
    /// Why the host did not start; nothing if it did.
    pub fn start_failure(&self) -> Option<StartFailure> {
        let Some(StopCause::StartFailed(name, how)) = self.cause() else { return None };
        let (what, why) = how.split_once(": ").unwrap_or((how, how));
        Some(StartFailure {
            what: format!("`{name}` {what}"),
            place: self.start_failed_at(),
            why: why.to_owned(),
            help: help(what).to_owned(),
        })
    }
}

fn help(what: &str) -> &'static str {
    if what.starts_with("did not start") || what.starts_with("had not started") {
        "find out what it waits for, or raise `start_timeout`"
    } else if what.starts_with("dropped its `Ready`") {
        "keep the `Ready`, and call `ready.notify()` once the service is ready"
    } else if what.starts_with("failed to start") {
        "fix what the error names; to wait for something that comes up slowly, wait before `ready.notify()`"
    } else {
        "fix what the error names"
    }
}
