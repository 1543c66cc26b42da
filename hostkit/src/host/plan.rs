//! A plan: proven, ordered, and nothing left to go wrong but the world.

use std::ops::{Deref, Range};
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "queue")]
use super::queues::Draining;
use super::settings::Settings;
use crate::clock::Wall;
use crate::inject::Values;
use crate::life::{Kept, Level, Record};
use crate::registry::{Given, HookEntry, Origin};
use crate::service::{Control, Provision, Runner, Terms};

pub(crate) struct Plan {
    /// In level order, and by name within a level.
    pub(crate) services: Vec<Service>,
    /// What runs for each of them.
    pub(crate) runners: Vec<Kept<Box<dyn Runner>>>,
    pub(crate) levels: Vec<PlannedLevel>,
    pub(crate) hooks: Vec<HookEntry>,
    /// Of the shared values that something needs: each level needs values of the levels before it only.
    pub(crate) providers: Vec<Vec<Arc<PlannedProvider>>>,
    /// By name.
    #[cfg(feature = "queue")]
    pub(crate) draining: Vec<Draining>,
    pub(crate) values: Values,
    /// What is in `values` already, each as it was given.
    pub(crate) given: Vec<Given>,
    pub(crate) settings: Settings,
    pub(crate) wall: Wall,
    pub(crate) under_test: bool,
    /// What is not wrong, but worth a line in the log.
    pub(crate) warnings: Vec<String>,
}

pub(crate) struct PlannedLevel {
    pub(crate) members: Range<usize>,
    pub(crate) level: Arc<Level>,
}

pub(crate) struct Service {
    pub(crate) record: Arc<Record>,
    pub(crate) kind: &'static str,
    pub(crate) origin: Origin,
    pub(crate) policy: Terms,
    pub(crate) heartbeat: Option<Duration>,
    pub(crate) control: Option<Arc<Control>>,
}

/// A provider, and where it was declared.
pub(crate) struct PlannedProvider {
    pub(crate) provision: Arc<Provision>,
    pub(crate) origin: Origin,
}

impl Deref for PlannedProvider {
    type Target = Provision;

    fn deref(&self) -> &Provision {
        &self.provision
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
