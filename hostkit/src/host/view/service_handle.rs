//! One service of a running host, seen and steered from outside.

use std::fmt;
use std::sync::Arc;

use super::state::HostState;
use super::stuck_queues::StuckQueues;
use super::timer_handle::TimerHandle;
use crate::host::plan::planned::Service;
use crate::outcome::failure::Failure;
use crate::outcome::result::Ending;
use crate::service::TimerCommand;
use crate::state::State;

/// One service of a running host: how it is, and what it can be told. What only a timer or a queue has is behind
/// [`timer`](ServiceHandle::timer) and `queue`.
#[derive(Clone)]
pub struct ServiceHandle {
    pub(super) core: Arc<HostState>,
    pub(super) index: usize,
}

impl ServiceHandle {
    pub(super) fn new(core: Arc<HostState>, index: usize) -> Self {
        ServiceHandle { core, index }
    }

    pub(crate) fn service(&self) -> &Service {
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
        self.service().runs()
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

    /// What only a timer has, for a timed service.
    pub fn timer(&self) -> Option<TimerHandle> {
        let timer = self.service().timer.clone()?;
        Some(TimerHandle { service: self.clone(), timer })
    }

    /// Lets due times pass, or jobs wait, until [`resume`](ServiceHandle::resume), for a reason that every view shows. Says whether
    /// it can be paused: it is a timer or a queue, and runs.
    pub fn pause(&self, reason: impl Into<String>) -> bool {
        self.turn(Some(reason.into()))
    }

    /// Ends a pause. Says whether the service can be resumed: it is a timer or a queue, and runs.
    pub fn resume(&self) -> bool {
        self.turn(None)
    }

    fn turn(&self, reason: Option<String>) -> bool {
        let Service { record, timer, queue, .. } = self.service();
        let pauses = reason.is_some();
        let heard = match (timer, queue) {
            _ if record.has_ended() => false,
            (Some(timer), _) => timer.send(reason.map_or(TimerCommand::Resume, TimerCommand::Pause)),
            (None, Some(queue)) => {
                queue.pause(reason);
                true
            }
            (None, None) => false,
        };
        if heard {
            record.pause(pauses);
        }
        heard
    }

    /// Why it is paused, if it is.
    pub fn paused(&self) -> Option<String> {
        let Service { timer, queue, .. } = self.service();
        let timer = timer.as_ref().and_then(|timer| timer.history.paused());
        timer.or_else(|| queue.as_ref().and_then(|queue| queue.paused()))
    }

    /// Whether it runs on a thread of its own.
    #[cfg(feature = "testing")]
    pub(crate) fn is_alone(&self) -> bool {
        self.service().record.is_alone()
    }

    /// Whether it is up, or down for a good reason: not failed, not aborted, not between restarts, no heartbeat missed, not overdue, no
    /// queue whose workers all wait for room that only they could make.
    pub fn is_healthy(&self) -> bool {
        let Service { record, timer, queue, .. } = self.service();
        let down = matches!(
            record.state(),
            State::Restarting | State::Ended(Ending::Failed) | State::Ended(Ending::Aborted)
        );
        let overdue = timer.as_ref().is_some_and(|timer| timer.history.is_overdue());
        let stuck = || queue.is_some() && StuckQueues::of(&self.core).has(record);
        !down && !overdue && self.service().missed_beat().is_none() && !stuck()
    }
}

impl fmt::Debug for ServiceHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceHandle").field("name", &self.name()).field("state", &self.state()).finish()
    }
}
