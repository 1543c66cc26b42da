//! "I have started", said by the service itself.

use std::sync::Arc;

use crate::inject::{HostedService, Needs, Param, Scope};
use crate::state::ServiceRecord;

/// With this parameter a service counts as started only when it calls [`notify`](Ready::notify).
///
/// What comes `after` it waits until then. Dropped without it (by an early return, say), the start has failed; so has it
/// when `start_timeout` passes first.
///
/// ```
/// use hostkit::prelude::*;
///
/// #[hosted_service(start_timeout = "5s")]
/// async fn listener(ready: Ready, stop: Stop) -> hostkit::Result {
///     let socket = std::net::TcpListener::bind("127.0.0.1:0")?;
///     ready.notify();
///     stop.requested().await;
///     drop(socket);
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[derive(Debug)]
#[must_use = "dropped without `notify`, the start has failed"]
pub struct Ready {
    record: Option<Arc<ServiceRecord>>,
    /// How often the service had been restarted: what a run says that was given up concerns nobody.
    restarts: u32,
}

impl Ready {
    #[cfg(feature = "testing")]
    pub(crate) fn new(record: Arc<ServiceRecord>) -> Self {
        Ready { restarts: record.restarts(), record: Some(record) }
    }

    /// The service has started.
    pub fn notify(mut self) {
        if let Some(record) = self.record() {
            record.started();
        }
    }

    fn record(&mut self) -> Option<Arc<ServiceRecord>> {
        self.record.take().filter(|record| record.restarts() == self.restarts)
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        if let Some(record) = self.record() {
            record.never_ready();
        }
    }
}

#[diagnostic::do_not_recommend]
impl Param<HostedService> for Ready {
    fn needs(needs: &mut Needs<HostedService>) {
        needs.ready();
    }

    fn get(scope: &Scope<'_, HostedService>) -> Self {
        let record = scope.context().record.clone();
        Ready { restarts: record.restarts(), record: Some(record) }
    }
}
