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
    /// The signal of this one run, which the service's raises too.
    own: Option<CancellationToken>,
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
        Stop { record, own: None, child: OnceLock::new() }
    }

    async fn raised(&self) {
        match &self.own {
            None => self.record.signal().raised().await,
            Some(own) => own.cancelled().await,
        }
    }

    /// Waits until a stop is requested.
    pub async fn requested(&self) {
        self.raised().await;
    }

    /// Whether a stop was requested.
    pub fn is_requested(&self) -> bool {
        self.own.as_ref().map_or_else(|| self.record.signal().is_raised(), CancellationToken::is_cancelled)
    }

    /// Sleeps, but not past a stop. With a stop already requested it returns at once.
    pub async fn sleep(&self, duration: Duration) -> Pause {
        match select2(self.raised(), clock::sleep(duration)).await {
            Either::Left(()) => Pause::Stopped,
            Either::Right(()) => Pause::Elapsed,
        }
    }

    /// The future's output, or nothing when a stop was requested first; the future is dropped then.
    pub async fn run_until<F: Future>(&self, future: F) -> Option<F::Output> {
        match select2(self.raised(), future).await {
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
        match block_on::wait(self.raised(), Some(duration)) {
            Some(()) => Pause::Stopped,
            None => Pause::Elapsed,
        }
    }

    /// [`requested`](Stop::requested) for a thread of its own; not for an executor thread.
    pub fn requested_blocking(&self) {
        block_on::wait(self.raised(), None);
    }
}

impl Deref for Stop {
    type Target = CancellationToken;

    fn deref(&self) -> &CancellationToken {
        self.child.get_or_init(|| match &self.own {
            None => self.record.signal().child(),
            Some(own) => own.child_token(),
        })
    }
}

impl Clone for Stop {
    fn clone(&self) -> Self {
        Stop { own: self.own.clone(), ..Stop::new(self.record.clone()) }
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
        Stop { own: scope.own_stop(), ..Stop::new(scope.context().record.clone()) }
    }
}

/// The same signal as a child token, for libraries that want the ecosystem's own type.
#[diagnostic::do_not_recommend]
impl<K: Stoppable> Param<K> for CancellationToken {
    fn needs(_: &mut Needs<K>) {}

    fn get(scope: &Scope<'_, K>) -> Self {
        match scope.own_stop() {
            None => scope.context().record.signal().child(),
            Some(own) => own.child_token(),
        }
    }
}
