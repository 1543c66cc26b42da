//! The watch looks at a host's state until its end; then at how long what is still being dropped takes.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use super::report::Outcome;
use super::state::HostState;
use super::watch::GRACE;
use crate::clock;
use crate::locked::locked;

/// A host's state, for the watch to look at until it is taken away.
#[derive(Clone)]
pub(super) struct Lent(Arc<Mutex<Lease>>);

pub(super) enum Lease {
    Lent(Arc<HostState>),
    /// Until when what the host held may take to be dropped, the exit code if it takes longer, and what it is.
    Over(Instant, u8, String),
}

impl Lent {
    pub(super) fn new(core: Arc<HostState>) -> Self {
        Lent(Arc::new(Mutex::new(Lease::Lent(core))))
    }

    /// How it stands, and stays while one looks.
    pub(super) fn look(&self) -> MutexGuard<'_, Lease> {
        locked(&self.0)
    }
}

/// Takes the host away from its watch, however the host's life ends.
pub(super) struct Return {
    lent: Lent,
    /// Of the host's report, as soon as there is one.
    pub(super) code: u8,
}

impl Return {
    pub(super) fn of(lent: Lent) -> Self {
        Return { lent, code: Outcome::Clean.exit_code() }
    }
}

impl Drop for Return {
    fn drop(&mut self) {
        let mut lease = self.lent.look();
        let Lease::Lent(core) = &*lease else { return };
        let soon = clock::real_now() + GRACE;
        let closed = core.times.closing.get().and_then(|from| from.checked_add(core.settings.close_timeout));
        let until = closed.map_or(soon, |closed| soon.max(closed + GRACE));
        let code =
            if self.code == Outcome::Clean.exit_code() { Outcome::Aborted.exit_code() } else { self.code };
        let what = core.undropped.get().cloned();
        let what =
            what.unwrap_or_else(|| "a value of the host's is being dropped, and that does not end".into());
        let before = std::mem::replace(&mut *lease, Lease::Over(until, code, what));
        drop(lease);
        if let Lease::Lent(core) = before {
            core.finished.cancel();
        }
    }
}
