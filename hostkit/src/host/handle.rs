//! A host and its services, seen and steered from within: what the `HostHandle` parameter is.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::core::{Core, Status};
use super::plan::Service;
use super::request::StopCause;
use crate::failure::Failure;
use crate::inject::{Kind, Needs, Param, Scope};
use crate::life::State;

/// A handle on the running host: stops it, and tells how it and its services are.
///
/// ```
/// use hostkit::prelude::*;
///
/// #[hosted_service]
/// async fn supervisor(host: HostHandle, stop: Stop) {
///     stop.sleep(Duration::from_secs(1)).await;
///     if host.service("supervisor").failures() > 10 {
///         host.stop();
///     }
/// }
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct HostHandle(pub(super) Arc<Core>);

/// The host as its own values hold it: weakly, for the host holds the values.
pub(super) struct HandleSource(pub(super) Weak<Core>);

/// One service of a running host.
#[derive(Clone)]
pub struct ServiceHandle {
    core: Arc<Core>,
    index: usize,
}

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

    /// The service of this name.
    ///
    /// # Panics
    /// If there is none; [`find_service`](HostHandle::find_service) does not.
    #[track_caller]
    pub fn service(&self, name: &str) -> ServiceHandle {
        match self.find_service(name) {
            Some(service) => service,
            None => {
                let known = self.0.by_name().map(|service| service.record.name());
                let hint =
                    hostkit_grammar::nearest(name, known).map(|near| format!("; did you mean `{near}`?"));
                panic!("this host runs no service named `{name}`{}", hint.unwrap_or_default())
            }
        }
    }

    /// The service of this name, if the host runs it.
    pub fn find_service(&self, name: &str) -> Option<ServiceHandle> {
        Some(ServiceHandle { core: self.0.clone(), index: self.0.find(name)? })
    }

    /// Every service, by name.
    pub fn services(&self) -> impl Iterator<Item = ServiceHandle> {
        let names: Vec<_> = self.0.by_name().map(|service| service.record.clone()).collect();
        let core = self.0.clone();
        names.into_iter().filter_map(move |record| {
            Some(ServiceHandle { index: core.find(record.name())?, core: core.clone() })
        })
    }
}

#[diagnostic::do_not_recommend]
impl<K: Kind> Param<K> for HostHandle {
    fn needs(_: &mut Needs<K>) {}

    #[allow(clippy::expect_used, reason = "whoever calls a service holds the host")]
    fn get(scope: &Scope<'_, K>) -> Self {
        HostHandle(
            scope.value::<HandleSource>().0.upgrade().expect("the host lives while its services are called"),
        )
    }
}

impl ServiceHandle {
    fn service(&self) -> &Service {
        &self.core.services[self.index]
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.service().record.name()
    }

    /// Where it is in its life.
    pub fn state(&self) -> State {
        self.service().record.state()
    }

    /// How often it ran: a hosted service once, and once more for each restart; a timed one for each time it fired.
    pub fn runs(&self) -> u64 {
        self.service().record.runs()
    }

    /// How often it failed.
    pub fn failures(&self) -> u64 {
        self.service().record.failures()
    }

    /// How often it was restarted.
    pub fn restarts(&self) -> u32 {
        self.service().record.restarts()
    }

    /// How often it held an executor thread for longer than `[host] stall_warning`.
    pub fn stalls(&self) -> u32 {
        self.service().record.stalls()
    }

    /// Its last failure, with the whole error chain.
    pub fn last_error(&self) -> Option<Failure> {
        self.service().record.last_failure()
    }

    /// Whether it is up, or down for a good reason: not failed, not aborted, not between restarts, no heartbeat missed.
    pub fn is_healthy(&self) -> bool {
        let down = match self.state() {
            State::Restarting => true,
            State::Ended(ending) => {
                matches!(ending, crate::outcome::Ending::Failed | crate::outcome::Ending::Aborted)
            }
            _ => false,
        };
        !down && self.service().missed_beat().is_none()
    }
}

impl Service {
    /// For how long its heartbeat has stayed away, when that is too long.
    pub(super) fn missed_beat(&self) -> Option<Duration> {
        let (limit, silent) = (self.heartbeat?, self.record.silence()?);
        (silent > limit && !self.record.has_ended()).then_some(silent)
    }
}

impl fmt::Debug for HostHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostHandle").field("status", &self.status()).finish_non_exhaustive()
    }
}

impl fmt::Debug for ServiceHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceHandle").field("name", &self.name()).field("state", &self.state()).finish()
    }
}
