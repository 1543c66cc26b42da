//! Which due time a run is for.

use std::time::SystemTime;

use super::run_facts::RunFacts;
use crate::inject::{Needs, Param, Scope, TimedService};
use crate::time::tick_info::{Cause, TickInfo};

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
pub struct Tick(RunFacts<TickInfo>);

impl Tick {
    #[cfg(feature = "testing")]
    pub(crate) fn new(facts: RunFacts<TickInfo>) -> Self {
        Tick(facts)
    }

    /// When the run was due, by the wall clock; with jitter the run begins up to that much later.
    pub fn due(&self) -> SystemTime {
        self.0.get().due
    }

    /// The number of the run in the life of the host, from 1.
    pub fn number(&self) -> u64 {
        self.0.get().number
    }

    /// How many due times were missed because the process could not run, and are made up for by this run.
    ///
    /// An ordinary run comes in time for its own due time, and these lie before it. A [catch-up](Cause::CatchUp) run comes too
    /// late even for its own, [`due`](Tick::due), which is then one of them: `3` says that three due times passed, this one
    /// being the last. With `missed = "all"` each of them has a run of its own, and this is 0.
    pub fn missed(&self) -> u64 {
        self.0.get().missed
    }

    /// Why it runs.
    pub fn cause(&self) -> Cause {
        self.0.get().cause
    }
}

#[diagnostic::do_not_recommend]
impl Param<TimedService> for Tick {
    fn needs(_: &mut Needs<TimedService>) {}

    fn get(scope: &Scope<'_, TimedService>) -> Self {
        let due = scope.due().unwrap_or_else(|| unreachable!("a timed service is called with its tick"));
        Tick(RunFacts::Fixed(*due))
    }
}
