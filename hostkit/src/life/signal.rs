//! "Stop, and be done by then": one for each service, raised once by the host.

use std::sync::OnceLock;

use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use crate::clock::Instant;

#[derive(Debug, Default)]
pub(crate) struct Signal {
    token: CancellationToken,
    deadline: OnceLock<Instant>,
}

impl Signal {
    /// Raises it. The deadline of the first call counts.
    pub(crate) fn raise(&self, deadline: Instant) {
        let _ = self.deadline.set(deadline);
        self.token.cancel();
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.token.is_cancelled()
    }

    pub(crate) fn raised(&self) -> WaitForCancellationFuture<'_> {
        self.token.cancelled()
    }

    /// When what was told to stop will be aborted; nothing before it is told.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.token.is_cancelled().then(|| self.deadline.get().copied()).flatten()
    }

    /// A token that follows the signal and can't raise it.
    pub(crate) fn child(&self) -> CancellationToken {
        self.token.child_token()
    }
}
