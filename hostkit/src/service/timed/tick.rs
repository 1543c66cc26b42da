//! Which due time a run is for.

use std::sync::Arc;
use std::time::SystemTime;

use crate::inject::{Needs, Param, Scope, TimedService};

/// Which due time a run is for, and why it runs.
///
/// ```
/// use hostkit::prelude::*;
///
/// #[timed(every = "10s")]
/// async fn sweep(tick: Tick) {
///     tracing::info!(number = tick.number(), missed = tick.missed(), "sweeping");
/// }
/// # fn main() {}
/// ```
#[derive(Debug, Clone)]
pub struct Tick(Arc<Due>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) due: SystemTime,
    pub(crate) number: u64,
    pub(crate) missed: u64,
    pub(crate) cause: Cause,
}

/// Why a run runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// It was due.
    Schedule,
    /// It was asked for.
    Manual,
    /// It makes up for due times that were missed.
    CatchUp,
}

impl Tick {
    pub(super) fn new(due: Due) -> Self {
        Tick(Arc::new(due))
    }

    /// When the run was due, by the wall clock; with jitter the run begins up to that much later.
    pub fn due(&self) -> SystemTime {
        self.0.due
    }

    /// The number of the run in the life of the host, from 1.
    pub fn number(&self) -> u64 {
        self.0.number
    }

    /// How many due times were missed just before this one, because the process could not run.
    pub fn missed(&self) -> u64 {
        self.0.missed
    }

    /// Why it runs.
    pub fn cause(&self) -> Cause {
        self.0.cause
    }

    pub(super) fn facts(&self) -> &Due {
        &self.0
    }
}

#[diagnostic::do_not_recommend]
impl Param<TimedService> for Tick {
    fn needs(_: &mut Needs<TimedService>) {}

    fn get(scope: &Scope<'_, TimedService>) -> Self {
        let tick = scope.context().tick.as_ref().and_then(|tick| tick.downcast_ref::<Tick>());
        tick.cloned().unwrap_or_else(|| unreachable!("a timed service is called with its tick"))
    }
}
