//! "I am still at work", said by the service itself.

use std::sync::Arc;

use crate::inject::{HostedService, Needs, Param, Scope};
use crate::state::ServiceRecord;

/// A pulse that the host watches: with `heartbeat = "30s"` on the service, one that stays away longer makes the service
/// unhealthy, and is warned of.
///
/// ```
/// use hostkit::prelude::*;
///
/// #[hosted_service(heartbeat = "30s")]
/// async fn consumer(stop: Stop, heart: Heartbeat) {
///     while stop.sleep(Duration::from_secs(1)).await.is_running() {
///         heart.beat();
///     }
/// }
/// # fn main() {}
/// ```
///
/// The first one is due 30 seconds after the service has begun.
#[derive(Debug, Clone)]
pub struct Heartbeat {
    record: Arc<ServiceRecord>,
    /// How often the service had been restarted: the beats of a run that was given up are none of the next one's.
    restarts: u32,
}

impl Heartbeat {
    #[cfg(feature = "testing")]
    pub(crate) fn new(record: Arc<ServiceRecord>) -> Self {
        Heartbeat { restarts: record.restarts(), record }
    }

    /// Says that the service is at work.
    pub fn beat(&self) {
        if self.record.restarts() == self.restarts {
            self.record.beat();
            #[cfg(feature = "testing")]
            self.record.count_beat();
        }
    }
}

#[diagnostic::do_not_recommend]
impl Param<HostedService> for Heartbeat {
    fn needs(needs: &mut Needs<HostedService>) {
        needs.heartbeat();
    }

    fn get(scope: &Scope<'_, HostedService>) -> Self {
        let record = scope.context().record.clone();
        record.beat();
        Heartbeat { restarts: record.restarts(), record }
    }
}
