//! A mark in the chain of an error that is there only because a host stops, such as that of a queue which it has closed.
//!
//! It is a source, not a type to downcast to: a wrapper may hide the outermost type of an error (anyhow's does), but never its
//! sources.

use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// One host of this process. `HostId::default()` is a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HostId(u64);

impl Default for HostId {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        HostId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The mark. It is no link of the chain that users read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoppedMark {
    /// Whose stop it was. `TasksClosed` is a value without fields and names no host: it counts as that of each.
    pub(crate) host: Option<HostId>,
}

impl StoppedMark {
    /// Whether the stop of this host is the reason.
    pub(crate) fn is_by(self, host: HostId) -> bool {
        self.host.is_none_or(|by| by == host)
    }
}

impl fmt::Display for StoppedMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host stops")
    }
}

impl Error for StoppedMark {}
