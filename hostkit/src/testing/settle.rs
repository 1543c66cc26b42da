//! Lets everything of a host run that can run now, without time passing.

use std::time::Duration;

use crate::host::HostHandle;
use crate::service::breathe;

/// So many rounds of the executor in which nothing of the host's is polled: everything has run that was due.
const QUIET: usize = 64;
/// So many rounds at most: a service that never waits is no reason to wait for ever.
const MOST: usize = 200_000;

/// Jobs and the blocking pool's work included.
pub(super) async fn settle(host: &HostHandle) {
    settle_within(host, MOST).await;
}

/// The same within so many rounds. Says whether that was enough.
pub(super) async fn settle_within(host: &HostHandle, most: usize) -> bool {
    loop {
        let (mut seen, mut quiet, mut left) = (host.0.shared.slots.polls(), 0, most);
        while quiet < QUIET && left > 0 {
            tokio::task::yield_now().await;
            let now = host.0.shared.slots.polls();
            quiet = if now == seen { quiet + 1 } else { 0 };
            (seen, left) = (now, left - 1);
        }
        if host.0.shared.offloaded.is_empty() && host.0.tasks.blocking() == 0 {
            return quiet == QUIET;
        }
        // Real time, for real threads; while this runs, a paused clock stands still.
        breathe(Duration::ZERO).await;
    }
}
