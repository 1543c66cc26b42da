//! A plan: proven, ordered, and nothing left to go wrong but the world.

use std::any::TypeId;
use std::ops::{Deref, Range};
use std::sync::Arc;
use std::time::Duration;

use super::settings::Settings;
use crate::inject::Values;
use crate::registry::{GivenValue, HookEntry, Origin};
use crate::service::{AnyProvider, Control, Policy, QueueControl, Runner};
use crate::state::{ServiceName, ServiceRecord, StartLevel, State};
use crate::sync::PanicSafeDrop;
use crate::time::clock::{Instant, WallClock};

#[derive(Default)]
pub(crate) struct Plan {
    /// In level order, and by name within a level.
    pub(crate) services: Vec<Service>,
    /// What runs for each of them.
    pub(crate) runners: Vec<PanicSafeDrop<Box<dyn Runner>>>,
    pub(crate) levels: Vec<PlannedLevel>,
    pub(crate) hooks: Vec<HookEntry>,
    /// Of the shared values that something needs: each level needs values of the levels before it only.
    pub(crate) providers: Vec<Vec<Arc<PlannedProvider>>>,
    /// By name, also those whose handler is switched off.
    pub(crate) draining: Vec<PlannedQueue>,
    pub(crate) values: Values,
    /// What is in `values` already, each as it was given.
    pub(crate) given: Vec<GivenValue>,
    /// The sections of the configuration among `values`.
    pub(crate) sections: Vec<PlannedSection>,
    pub(crate) settings: Settings,
    pub(crate) wall: WallClock,
    pub(crate) under_test: bool,
    /// What is not wrong, but worth a line in the log.
    pub(crate) warnings: Vec<String>,
}

pub(crate) struct PlannedLevel {
    pub(crate) members: Range<usize>,
    pub(crate) level: Arc<StartLevel>,
}

pub(crate) struct Service {
    pub(crate) record: Arc<ServiceRecord>,
    pub(crate) kind: &'static str,
    pub(crate) origin: Origin,
    pub(crate) policy: Policy,
    pub(crate) heartbeat: Option<Duration>,
    /// What only a timer has, and only a queue.
    pub(crate) timer: Option<Arc<Control>>,
    pub(crate) queue: Option<Arc<dyn QueueControl>>,
}

/// A queue of the plan.
#[cfg_attr(not(feature = "queue"), allow(dead_code, reason = "only a queue is drained"))]
pub(crate) struct PlannedQueue {
    pub(crate) name: ServiceName,
    pub(crate) steer: Arc<dyn QueueControl>,
}

/// A provider, and where it was declared.
pub(crate) struct PlannedProvider {
    pub(crate) provision: Arc<AnyProvider>,
    pub(crate) origin: Origin,
}

/// A section that was read, by its struct, and where it is declared.
#[cfg_attr(not(feature = "config"), allow(dead_code, reason = "nothing reads sections"))]
pub(crate) struct PlannedSection {
    pub(crate) key: TypeId,
    pub(crate) of: &'static str,
    pub(crate) origin: Origin,
}

impl Deref for PlannedProvider {
    type Target = AnyProvider;

    fn deref(&self) -> &AnyProvider {
        &self.provision
    }
}

impl Service {
    /// Whether it has begun and not ended.
    pub(crate) fn is_up(&self) -> bool {
        !self.record.has_ended() && self.record.state() != State::Waiting
    }

    /// How often it ran. A timer counts in its history, which it writes to at each run anyway.
    pub(crate) fn runs(&self) -> u64 {
        self.record.runs() + self.timer.as_ref().map_or(0, |timer| timer.history.begun())
    }

    /// For how long its heartbeat has stayed away, when that is too long. None is expected of a service that waits to be started
    /// again, is paused, was told to stop, or has ended.
    pub(crate) fn missed_beat(&self) -> Option<Duration> {
        let (limit, silent) = (self.heartbeat?, self.record.silence()?);
        let beats = matches!(self.record.state(), State::Starting | State::Running);
        (silent > limit && beats).then_some(silent)
    }

    /// When it is aborted, if its stop is requested at `told` and the host's time is over at `limit`.
    pub(crate) fn stop_deadline(&self, told: Instant, limit: Instant) -> Instant {
        told.checked_add(self.policy.stop_timeout()).unwrap_or(limit).min(limit)
    }
}

impl Plan {
    /// The longest that a stop can take: each level's slowest, one level after the other, within the host's own limit.
    #[cfg(feature = "cli")] // `check` tells it
    pub(crate) fn slowest_stop(&self) -> Duration {
        let slowest = |level: &PlannedLevel| {
            let timeouts =
                self.services[level.members.clone()].iter().map(|service| service.policy.stop_timeout());
            timeouts.max().unwrap_or_default()
        };
        self.levels.iter().map(slowest).fold(Duration::ZERO, Duration::saturating_add)
    }
}
