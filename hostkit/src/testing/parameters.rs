//! Parameters for a plain unit test of an annotated function, each with what drives or reads it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::param::heartbeat::Heartbeat;
use crate::param::ready::Ready;
use crate::param::stop::Stop;
use crate::state::{Role, ServiceRecord};
use crate::time::clock;

/// How long after [`StopController::stop`] the deadline of the [`Stop`] is.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// A [`Stop`] that no host holds, and what raises it.
///
/// ```
/// let (stop, controller) = hostkit::testing::stop();
/// assert!(!stop.is_requested());
/// controller.stop();
/// assert!(stop.is_requested());
/// ```
pub fn stop() -> (Stop, StopController) {
    let record = ServiceRecord::apart(Role::Service, "test");
    (Stop::new(record.clone()), StopController { record })
}

/// A [`Ready`] that no host waits for, and what tells whether it was notified.
///
/// ```
/// let (ready, controller) = hostkit::testing::ready();
/// assert!(!controller.is_notified());
/// ready.notify();
/// assert!(controller.is_notified());
/// ```
pub fn ready() -> (Ready, ReadyController) {
    let record = ServiceRecord::apart(Role::Service, "test");
    record.starting();
    (Ready::new(record.clone()), ReadyController { record })
}

/// A [`Heartbeat`] that no host watches, and what counts its beats.
///
/// ```
/// let (heart, controller) = hostkit::testing::heartbeat();
/// heart.beat();
/// assert_eq!(controller.beats(), 1);
/// ```
pub fn heartbeat() -> (Heartbeat, HeartbeatController) {
    let beats = Arc::<AtomicU64>::default();
    let heart = Heartbeat::counted(ServiceRecord::apart(Role::Service, "test"), beats.clone());
    (heart, HeartbeatController { beats })
}

/// Raises the [`Stop`] it was made with.
#[derive(Debug, Clone)]
pub struct StopController {
    record: Arc<ServiceRecord>,
}

impl StopController {
    /// Requests the stop; the [`deadline`](Stop::deadline) is 10 seconds later. A second call changes nothing.
    pub fn stop(&self) {
        if !self.record.signal().is_raised() {
            let now = clock::now();
            self.record.tell(now, now + STOP_TIMEOUT);
        }
    }
}

/// Reads the [`Ready`] it was made with.
#[derive(Debug, Clone)]
pub struct ReadyController {
    record: Arc<ServiceRecord>,
}

impl ReadyController {
    /// Whether [`notify`](Ready::notify) was called.
    pub fn is_notified(&self) -> bool {
        self.record.was_started()
    }

    /// Whether the parameter was dropped without [`notify`](Ready::notify): in a host, the start has failed then.
    pub fn is_dropped(&self) -> bool {
        self.record.is_unready()
    }
}

/// Reads the [`Heartbeat`] it was made with.
#[derive(Debug, Clone)]
pub struct HeartbeatController {
    beats: Arc<AtomicU64>,
}

impl HeartbeatController {
    /// How often [`beat`](Heartbeat::beat) was called.
    pub fn beats(&self) -> u64 {
        self.beats.load(Ordering::Relaxed)
    }
}
