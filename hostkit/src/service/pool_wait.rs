//! Work that waits for a thread of the blocking pool: no limit of the user's counts that time.

use std::future::{Future, pending};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// How long a piece of work has waited for a thread. Clones speak of the same work.
#[doc(hidden)]
#[derive(Debug, Clone, Default)]
pub struct PoolWait(Arc<watch::Sender<PoolWaitTime>>);

#[derive(Debug, Clone, Copy, Default)]
struct PoolWaitTime {
    /// It waits since then.
    since: Option<Instant>,
    /// What it has waited before.
    before: Duration,
}

impl PoolWait {
    /// It has been handed to the pool.
    pub(super) fn begin(&self) {
        self.0.send_modify(|waited| waited.since = Some(clock::now()));
    }

    /// A thread has taken it up.
    pub(super) fn end(&self) {
        self.0.send_modify(|waited| {
            let waits = waited.since.take().map(|since| clock::now().saturating_duration_since(since));
            waited.before = waited.before.saturating_add(waits.unwrap_or_default());
        });
    }

    /// When work that began then has had so long beside its waits; nothing while it waits.
    pub(super) fn deadline(&self, begun: Instant, limit: Duration) -> Option<Instant> {
        self.0.borrow().deadline(begun, limit)
    }

    /// The future's output; nothing once work that began then has had so long beside its waits.
    pub(super) async fn within<F: Future>(
        &self,
        begun: Instant,
        limit: Duration,
        future: F,
    ) -> Option<F::Output> {
        let (mut future, mut news) = (pin!(future), self.0.subscribe());
        loop {
            let deadline = news.borrow_and_update().deadline(begun, limit);
            let over = async {
                match deadline {
                    Some(deadline) => clock::sleep_until(deadline).await,
                    None => pending().await,
                }
            };
            let changed = async {
                if news.changed().await.is_err() {
                    pending().await // it is held by this
                }
            };
            match select2(future.as_mut(), select2(changed, over)).await {
                Either::Left(output) => return Some(output),
                Either::Right(Either::Left(())) => {}
                Either::Right(Either::Right(())) => return None,
            }
        }
    }
}

impl PoolWaitTime {
    fn deadline(&self, begun: Instant, limit: Duration) -> Option<Instant> {
        self.since.is_none().then(|| clock::later(begun, limit.saturating_add(self.before)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Work that takes a second, waits for five in between, and then takes two more.
    async fn ends_within(limit: Duration) -> Option<Duration> {
        let (wait, begun) = (PoolWait::default(), clock::now());
        let work = async {
            clock::sleep(SECOND).await;
            wait.begin();
            clock::sleep(5 * SECOND).await;
            wait.end();
            clock::sleep(2 * SECOND).await;
        };
        let ended = wait.within(begun, limit, work).await;
        ended.map(|()| clock::now() - begun)
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_for_a_thread_is_no_time_of_the_work() {
        assert_eq!(ends_within(Duration::from_millis(2_900)).await, None);
        assert_eq!(ends_within(Duration::from_millis(900)).await, None);
        assert_eq!(ends_within(Duration::from_millis(3_100)).await, Some(8 * SECOND));
    }
}
