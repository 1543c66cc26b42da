//! The watch looks at a host's state until its end; then at how long what is still being dropped takes.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use super::watch::GRACE;
use crate::host::view::report::Outcome;
use crate::host::view::state::HostState;
use crate::sync::lock::lock_unpoisoned;
use crate::time::clock;

/// A host's state, for the watch to look at until it is taken away.
#[derive(Clone)]
pub(crate) struct HostLink(Arc<Mutex<LinkState>>);

pub(crate) enum LinkState {
    Lent(Arc<HostState>),
    /// Until when what the host held may take to be dropped, the exit code if it takes longer, and what it is.
    Over(Instant, u8, String),
}

impl HostLink {
    pub(crate) fn new(core: Arc<HostState>) -> Self {
        HostLink(Arc::new(Mutex::new(LinkState::Lent(core))))
    }

    /// How it stands, and stays while one looks.
    pub(crate) fn look(&self) -> MutexGuard<'_, LinkState> {
        lock_unpoisoned(&self.0)
    }
}

/// Takes the host away from its watch, however the host's life ends.
pub(crate) struct UnlinkOnDrop {
    lent: HostLink,
    /// Of the host's report, as soon as there is one.
    pub(crate) code: u8,
}

impl UnlinkOnDrop {
    pub(crate) fn of(lent: HostLink) -> Self {
        UnlinkOnDrop { lent, code: Outcome::Clean.exit_code() }
    }
}

impl Drop for UnlinkOnDrop {
    fn drop(&mut self) {
        let mut lease = self.lent.look();
        let LinkState::Lent(core) = &*lease else { return };
        let soon = clock::real_now() + GRACE;
        let closed = core.times.closing.get().and_then(|from| from.checked_add(core.settings.close_timeout));
        let until = closed.map_or(soon, |closed| soon.max(closed + GRACE));
        let code =
            if self.code == Outcome::Clean.exit_code() { Outcome::Aborted.exit_code() } else { self.code };
        let what = core.undropped.get().cloned();
        let what =
            what.unwrap_or_else(|| "a value of the host's is being dropped, and that does not end".into());
        let before = std::mem::replace(&mut *lease, LinkState::Over(until, code, what));
        drop(lease);
        if let LinkState::Lent(core) = before {
            core.finished.cancel();
        }
    }
}
