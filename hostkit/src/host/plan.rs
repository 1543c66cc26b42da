//! A plan: proven, ordered, and nothing left to go wrong but the world.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "queue")]
use super::queues::Draining;
use super::settings::Settings;
use crate::clock::Wall;
use crate::inject::Values;
use crate::life::{Kept, Level, Name, Record};
use crate::registry::{HookEntry, Origin};
use crate::service::{Control, Provision, Runner, Terms};

pub(crate) struct Plan {
    /// In level order, and by name within a level.
    pub(crate) services: Vec<Service>,
    pub(crate) levels: Vec<PlannedLevel>,
    pub(crate) hooks: Vec<HookEntry>,
    /// Of the shared values that something needs: each level needs values of the levels before it only.
    pub(crate) providers: Vec<Vec<Arc<Provision>>>,
    /// Where each of them was declared, by its name.
    pub(crate) provided_at: HashMap<Name, Origin>,
    /// By name.
    #[cfg(feature = "queue")]
    pub(crate) draining: Vec<Draining>,
    pub(crate) values: Values,
    pub(crate) settings: Settings,
    pub(crate) wall: Wall,
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
    pub(crate) runner: Kept<Box<dyn Runner>>,
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
