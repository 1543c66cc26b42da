//! "I am still at work", said by the service itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
    /// How many beats a unit test has seen. No host counts them.
    beats: Option<Arc<AtomicU64>>,
}

impl Heartbeat {
    fn of(record: Arc<ServiceRecord>) -> Self {
        Heartbeat { restarts: record.restarts(), record, beats: None }
    }

    /// One that no host watches; each beat is counted.
    #[cfg(feature = "testing")]
    pub(crate) fn counted(record: Arc<ServiceRecord>, beats: Arc<AtomicU64>) -> Self {
        Heartbeat { beats: Some(beats), ..Heartbeat::of(record) }
    }

    /// Says that the service is at work.
    pub fn beat(&self) {
        if self.record.restarts() == self.restarts {
            self.record.beat();
            if let Some(beats) = &self.beats {
                beats.fetch_add(1, Ordering::Relaxed);
            }
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
        Heartbeat::of(record)
    }
}
