//! The stop signal, as a service sees it.

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::inject::{Needs, Param, Scope, Stoppable};
use crate::state::ServiceRecord;
use crate::sync::block_on;
use crate::sync::select2::{Either, select2};
use crate::time::clock;

/// A service's own stop signal.
///
/// ```
/// use hostkit::prelude::*;
///
/// #[hosted_service]
/// async fn poller(stop: Stop) -> hostkit::Result {
///     while stop.sleep(Duration::from_secs(5)).await.is_running() {
///         // poll
///     }
///     Ok(())
/// }
/// # fn main() {}
/// ```
///
/// It is raised once: when the host stops, or this service alone. It derefs to a *child*
/// [`CancellationToken`], for libraries that want one: cancelling that ends what hangs on it and nothing else.
pub struct Stop {
    record: Arc<ServiceRecord>,
    /// The service's, or that of this one run.
    signal: CancellationToken,
    child: OnceLock<CancellationToken>,
}

/// How a [`Stop::sleep`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "whether to go on is the question that `sleep` answers"]
pub enum Pause {
    /// The time is over; go on.
    Elapsed,
    /// A stop was requested; end soon.
    Stopped,
}

impl Pause {
    /// Whether to go on: the time is over and no stop was requested.
    pub fn is_running(self) -> bool {
        self == Pause::Elapsed
    }
}

impl Stop {
    pub(crate) fn new(record: Arc<ServiceRecord>) -> Self {
        Stop { signal: record.signal().clone(), record, child: OnceLock::new() }
    }

    /// Waits until a stop is requested.
    pub async fn requested(&self) {
        self.signal.cancelled().await;
    }

    /// Whether a stop was requested.
    pub fn is_requested(&self) -> bool {
        self.signal.is_cancelled()
    }

    /// Sleeps, but not past a stop. With a stop already requested it returns at once.
    pub async fn sleep(&self, duration: Duration) -> Pause {
        match select2(self.signal.cancelled(), clock::sleep(duration)).await {
            Either::Left(()) => Pause::Stopped,
            Either::Right(()) => Pause::Elapsed,
        }
    }

    /// The future's output, or nothing when a stop was requested first; the future is dropped then.
    pub async fn run_until<F: Future>(&self, future: F) -> Option<F::Output> {
        match select2(self.signal.cancelled(), future).await {
            Either::Left(()) => None,
            Either::Right(output) => Some(output),
        }
    }

    /// When this service will be aborted; known once a stop is requested.
    pub fn deadline(&self) -> Option<Instant> {
        self.record.deadline()
    }

    /// [`sleep`](Stop::sleep) for a thread of its own. Real time, also where tokio's is paused; not for an executor thread.
    pub fn sleep_blocking(&self, duration: Duration) -> Pause {
        match block_on::wait(self.signal.cancelled(), Some(duration)) {
            Some(()) => Pause::Stopped,
            None => Pause::Elapsed,
        }
    }

    /// [`requested`](Stop::requested) for a thread of its own; not for an executor thread.
    pub fn requested_blocking(&self) {
        block_on::wait(self.signal.cancelled(), None);
    }
}

impl Deref for Stop {
    type Target = CancellationToken;

    fn deref(&self) -> &CancellationToken {
        self.child.get_or_init(|| self.signal.child_token())
    }
}

impl Clone for Stop {
    fn clone(&self) -> Self {
        Stop { record: self.record.clone(), signal: self.signal.clone(), child: OnceLock::new() }
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop").field("requested", &self.is_requested()).finish()
    }
}

#[diagnostic::do_not_recommend]
impl<K: Stoppable> Param<K> for Stop {
    fn needs(_: &mut Needs<K>) {}

    fn get(scope: &Scope<'_, K>) -> Self {
        let record = scope.context().record.clone();
        Stop { record, signal: scope.stop_token(), child: OnceLock::new() }
    }
}

/// The same signal as a child token, for libraries that want the ecosystem's own type.
#[diagnostic::do_not_recommend]
impl<K: Stoppable> Param<K> for CancellationToken {
    fn needs(_: &mut Needs<K>) {}

    fn get(scope: &Scope<'_, K>) -> Self {
        scope.stop_token().child_token()
    }
}
