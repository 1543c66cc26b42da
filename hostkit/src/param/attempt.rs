//! Which attempt at which job a run is.

use std::time::SystemTime;

use super::run_facts::RunFacts;
use crate::inject::{Needs, Param, QueuedService, Scope};
use crate::queue::{JobId, JobMeta};
use crate::time::at::At;
use crate::time::wall_history::shown_at;

/// Which attempt at which job a run of a queued function is.
///
/// ```
/// use hostkit::prelude::*;
/// use hostkit::Host;
/// use hostkit::param::Attempt;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Mail(String);
///
/// async fn send(mail: Mail, attempt: Attempt) -> hostkit::Result {
///     tracing::info!(job = %attempt.id(), "attempt {} of {} at {}", attempt.number(), attempt.max(), mail.0);
///     Ok(())
/// }
///
/// assert!(Host::builder().queued("send", send).build().is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct Attempt(RunFacts<AttemptInfo>);

/// What an attempt tells of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttemptInfo {
    pub(crate) id: JobId,
    pub(crate) number: u32,
    pub(crate) max: u32,
    pub(crate) enqueued_at: SystemTime,
}

/// The same, as a worker keeps it of one job after the other.
#[derive(Clone, Copy)]
pub(crate) struct AttemptFacts {
    pub(crate) id: JobId,
    pub(crate) number: u32,
    pub(crate) max: u32,
    pub(crate) enqueued: At,
}

impl AttemptFacts {
    /// Of no job yet; the rest is the same for all of one worker.
    pub(crate) fn of_none(max: u32) -> Self {
        AttemptFacts { id: JobId::NONE, number: 0, max, enqueued: At::now() }
    }

    pub(crate) fn turn_to(&mut self, meta: &JobMeta) {
        (self.id, self.number, self.enqueued) = (meta.id, meta.used + 1, meta.enqueued());
    }
}

impl Attempt {
    #[cfg(feature = "testing")]
    pub(crate) fn new(facts: RunFacts<AttemptInfo>) -> Self {
        Attempt(facts)
    }

    /// The job's id, as `enqueue` returned it.
    pub fn id(&self) -> JobId {
        self.0.get().id
    }

    /// The number of the attempt, from 1. A snooze and an interruption by a stop use none up.
    pub fn number(&self) -> u32 {
        self.0.get().number
    }

    /// How many there are at most: `retries` and one.
    pub fn max(&self) -> u32 {
        self.0.get().max
    }

    /// When the job was enqueued, by the wall clock as it was then: a clock that was set since changes nothing.
    pub fn enqueued_at(&self) -> SystemTime {
        self.0.get().enqueued_at
    }
}

#[diagnostic::do_not_recommend]
impl Param<QueuedService> for Attempt {
    fn needs(_: &mut Needs<QueuedService>) {}

    fn get(scope: &Scope<'_, QueuedService>) -> Self {
        let Some(facts) = scope.facts::<AttemptFacts>() else {
            unreachable!("a queued service is called with the facts of its job")
        };
        let enqueued_at = shown_at(scope.context().shared.wall, facts.enqueued.instant());
        let AttemptFacts { id, number, max, .. } = *facts;
        Attempt(RunFacts::Fixed(AttemptInfo { id, number, max, enqueued_at }))
    }
}
