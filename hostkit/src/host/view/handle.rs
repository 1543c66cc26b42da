//! The host, seen and steered from within: what the `HostHandle` parameter is.

use std::fmt;
use std::sync::Arc;

use super::request::StopCause;
use super::service_handle::ServiceHandle;
use super::state::{HostState, Status};
#[cfg(feature = "testing")]
use crate::host::plan::planned::Plan;
use crate::inject::{Kind, Needs, Param, Scope};
use crate::sync::select2::select2;

/// A handle on the running host: stops it, and tells how it and its services are.
///
/// ```
/// use hostkit::prelude::*;
///
/// #[hosted_service]
/// async fn supervisor(host: HostHandle, stop: Stop) {
///     stop.sleep(Duration::from_secs(1)).await;
///     if host.service("supervisor").is_some_and(|service| service.failures() > 10) {
///         host.stop();
///     }
/// }
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct HostHandle(pub(crate) Arc<HostState>);

/// Among the host's values; its state holds none of them, so this is no cycle.
pub(crate) struct HandleSource(pub(crate) Arc<HostState>);

impl HostHandle {
    /// Asks the host to stop; returns at once. A second call changes nothing.
    pub fn stop(&self) {
        self.0.stop.raise(StopCause::Requested);
    }

    /// How far the host has come.
    pub fn status(&self) -> Status {
        *self.0.status.borrow()
    }

    /// What made the host stop, once something has.
    pub fn stop_cause(&self) -> Option<StopCause> {
        self.0.stop.cause().cloned()
    }

    /// Waits until the host is ready, and says whether it is or was: `true` once everything has started, and from then on, also after
    /// the stop; `false` as soon as a stop is requested before that, by a failed start or by anybody, for then it never will be.
    ///
    /// A service that asks this before it has notified its own [`Ready`](crate::param::Ready) waits for itself, until the start times out.
    ///
    /// ```
    /// use hostkit::prelude::*;
    ///
    /// #[hosted_service]
    /// async fn greeter(host: HostHandle, stop: Stop) {
    ///     if host.ready().await {
    ///         tracing::info!("all services have started");
    ///     }
    ///     stop.requested().await;
    /// }
    /// # fn main() {}
    /// ```
    pub async fn ready(&self) -> bool {
        let ready = &self.0.shared.ready;
        select2(ready.cancelled(), self.0.stop.raised()).await;
        ready.is_cancelled()
    }

    /// Waits until the host has ended: everything has stopped, and its values have been dropped. It does not ask for that;
    /// [`stop`](HostHandle::stop) does. It returns after a failed start, too.
    ///
    /// It is for those outside: a service that waits for this waits for its own end, and is aborted at the deadline. A service waits
    /// for [`Stop::requested`](crate::param::Stop::requested).
    pub async fn stopped(&self) {
        self.0.finished.cancelled().await;
    }

    /// The service of this name, if the host runs it.
    pub fn service(&self, name: &str) -> Option<ServiceHandle> {
        Some(ServiceHandle::new(self.0.clone(), self.0.find(name)?))
    }

    /// Of a host without services, which does nothing by itself.
    #[cfg(feature = "testing")]
    pub(crate) fn idle() -> Self {
        HostHandle(Arc::new(HostState::new(Plan::default(), tokio::runtime::Handle::current())))
    }

    /// Every service that the host runs, by name.
    pub fn services(&self) -> Vec<ServiceHandle> {
        self.0.by_name.iter().map(|index| ServiceHandle::new(self.0.clone(), *index)).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<K: Kind> Param<K> for HostHandle {
    fn needs(_: &mut Needs<K>) {}

    fn get(scope: &Scope<'_, K>) -> Self {
        HostHandle(scope.value::<HandleSource>().0.clone())
    }
}

impl fmt::Debug for HostHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostHandle").field("status", &self.status()).finish_non_exhaustive()
    }
}
