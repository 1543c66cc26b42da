//! A host and its services, seen and steered from within: what the `HostHandle` parameter is.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::request::StopCause;
use super::state::{HostState, Status};
use super::waits::TriggerWaits;
#[cfg(feature = "testing")]
use crate::host::plan::planned::Plan;
use crate::host::plan::planned::Service;
use crate::inject::{Kind, Needs, Param, Scope};
use crate::outcome::failure::Failure;
use crate::outcome::result::Ending;
use crate::service::{Counts, NOT_RUNNING, RunReport, TimerCommand, Triggered};
use crate::state::State;
use crate::sync::select2::{Either, select2};
use crate::time::clock_reading::ClockReading;

/// A handle on the running host: stops it, and tells how it and its services are.
///
/// ```
/// use hostkit::prelude::*;
///
/// #[hosted_service]
/// async fn supervisor(host: HostHandle, stop: Stop) {
///     stop.sleep(Duration::from_secs(1)).await;
///     if host.service("supervisor").is_some_and(|service| service.failures() > 10) {
///         host.stop();
///     }
/// }
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct HostHandle(pub(crate) Arc<HostState>);

/// Among the host's values; its state holds none of them, so this is no cycle.
pub(crate) struct HandleSource(pub(crate) Arc<HostState>);

/// One service of a running host.
#[derive(Clone)]
pub struct ServiceHandle {
    core: Arc<HostState>,
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

    /// Waits until the host is ready, and says whether it is or was: `true` once everything has started, and from then on, also after
    /// the stop; `false` as soon as a stop is asked for before that, by a failed start or by anybody, for then it never will be.
    ///
    /// A service that asks this before it has told its own [`Ready`](crate::param::Ready) waits for itself, until the start times out.
    ///
    /// ```
    /// use hostkit::prelude::*;
    ///
    /// #[hosted_service]
    /// async fn greeter(host: HostHandle, stop: Stop) {
    ///     if host.ready().await {
    ///         tracing::info!("all services have started");
    ///     }
    ///     stop.requested().await;
    /// }
    /// # fn main() {}
    /// ```
    pub async fn ready(&self) -> bool {
        let ready = &self.0.shared.ready;
        select2(ready.cancelled(), self.0.stop.raised()).await;
        ready.is_cancelled()
    }

    /// Waits until the host has ended: everything has stopped, and its values have been dropped. It does not ask for that;
    /// [`stop`](HostHandle::stop) does. It returns after a failed start, too.
    ///
    /// It is for those outside: a service that waits for this waits for its own end, and is aborted at the deadline. A service waits
    /// for [`Stop::requested`](crate::param::Stop::requested).
    pub async fn stopped(&self) {
        self.0.finished.cancelled().await;
    }

    /// The service of this name, if the host runs it.
    pub fn service(&self, name: &str) -> Option<ServiceHandle> {
        Some(ServiceHandle { core: self.0.clone(), index: self.0.find(name)? })
    }

    /// The service of this name; a name that is none panics with the nearest.
    #[cfg(feature = "testing")]
    #[track_caller]
    pub(crate) fn known_service(&self, name: &str) -> ServiceHandle {
        match self.service(name) {
            Some(service) => service,
            None => {
                let known = self.0.by_name().map(|service| service.record.name());
                let hint =
                    hostkit_grammar::nearest(name, known).map(|near| format!("; did you mean `{near}`?"));
                panic!("no service named `{name}`{}", hint.unwrap_or_default())
            }
        }
    }

    /// Of a host without services, which does nothing by itself.
    #[cfg(feature = "testing")]
    pub(crate) fn idle() -> Self {
        HostHandle(Arc::new(HostState::new(Plan::default(), tokio::runtime::Handle::current())))
    }

    /// How much blocking work is under way on the pool.
    #[cfg(feature = "testing")]
    pub(crate) fn offloaded(&self) -> usize {
        self.0.shared.offloaded.len() + self.0.tasks.blocking()
    }

    /// Grows with every poll of anything of this host's.
    #[cfg(feature = "testing")]
    pub(crate) fn polls(&self) -> usize {
        self.0.shared.slots.polls()
    }

    /// Every service that the host runs, by name.
    pub fn services(&self) -> Vec<ServiceHandle> {
        let names = self.0.by_name().map(|service| service.record.name());
        names.filter_map(|name| self.service(name)).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<K: Kind> Param<K> for HostHandle {
    fn needs(_: &mut Needs<K>) {}

    fn get(scope: &Scope<'_, K>) -> Self {
        HostHandle(scope.value::<HandleSource>().0.clone())
    }
}

impl ServiceHandle {
    #[cfg(feature = "queue")]
    pub(crate) fn core(&self) -> &HostState {
        &self.core
    }

    pub(super) fn service(&self) -> &Service {
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

    /// Runs a timed service now, also while it is paused. No other kind can be run: a queued one, say, runs for each job enqueued. Its overlap policy applies; the answer comes when the run has ended.
    ///
    /// A run that asks for one which could not begin before it had ended itself is refused: with `overlap = "queue"` a run of the same
    /// timer, or of one whose run waits for it.
    pub async fn trigger(&self) -> Triggered {
        match &self.service().control {
            // A timer of a host that never became ready hears nothing.
            Some(control) => {
                let waits = TriggerWaits::begin(&self.core, self.index);
                let in_a_ring = waits.as_ref().is_some_and(|(_, in_a_ring)| *in_a_ring);
                match select2(control.trigger(in_a_ring), self.core.finished.cancelled()).await {
                    Either::Left(triggered) => triggered,
                    Either::Right(()) => NOT_RUNNING,
                }
            }
            #[cfg(feature = "queue")]
            None if self.queue().is_some() => Triggered::Refused(
                "it handles jobs, and has nothing to run without one: enqueue one, by its `Queue`, or as JSON by \
                 `queue(name).enqueue_json(…)`",
            ),
            None => Triggered::Refused("it is not a timer"),
        }
    }

    /// Lets due times pass until [`resume`](ServiceHandle::resume), for a reason that every view shows. Says whether it can be
    /// paused: it is a timer or a queue, and runs.
    pub fn pause(&self, reason: impl Into<String>) -> bool {
        self.command(TimerCommand::Pause(reason.into()), true)
    }

    /// Ends a pause. Says whether the service can be resumed: it is a timer or a queue, and runs.
    pub fn resume(&self) -> bool {
        self.command(TimerCommand::Resume, false)
    }

    fn command(&self, command: TimerCommand, pauses: bool) -> bool {
        #[cfg(feature = "queue")]
        if let Some(queue) = self.queue() {
            return match command {
                TimerCommand::Pause(reason) => queue.pause(reason.as_str()),
                TimerCommand::Resume => queue.resume(),
                TimerCommand::Trigger(_) | TimerCommand::CheckClock => false,
            };
        }
        let Service { control, record, .. } = self.service();
        let sent = control.as_ref().is_some_and(|control| control.send(command));
        if sent {
            record.pause(pauses);
        }
        sent
    }

    /// Why it is paused, if it is.
    pub fn paused(&self) -> Option<String> {
        #[cfg(feature = "queue")]
        if let Some(queue) = self.queue() {
            return queue.paused();
        }
        self.service().control.as_ref()?.history.paused()
    }

    /// When a timed service is due next, by the wall clock.
    pub fn next_due(&self) -> Option<SystemTime> {
        let next = self.service().control.as_ref()?.history.next()?;
        Some(ClockReading::read(self.core.shared.wall).wall_at(next))
    }

    #[cfg(all(feature = "testing", feature = "queue"))]
    pub(crate) fn has_ended(&self) -> bool {
        self.service().record.has_ended()
    }

    /// Whether it runs on a thread of its own.
    #[cfg(feature = "testing")]
    pub(crate) fn is_alone(&self) -> bool {
        self.service().record.is_alone()
    }

    /// Whether it is a timer.
    #[cfg(feature = "testing")]
    pub(crate) fn is_timer(&self) -> bool {
        self.service().control.is_some()
    }

    /// When it is due next, by the runtime's clock.
    #[cfg(feature = "testing")]
    pub(crate) fn next_instant(&self) -> Option<tokio::time::Instant> {
        self.service().control.as_ref()?.history.next()
    }

    /// The last 20 runs of a timed service, the oldest first.
    pub fn last_runs(&self) -> Vec<RunReport> {
        self.service().control.as_ref().map(|control| control.history.runs()).unwrap_or_default()
    }

    /// How many due times of a timed service were skipped: because the run before was still going, or because it was paused.
    pub fn skipped(&self) -> u64 {
        self.counts().skipped()
    }

    /// How many of the [`skipped`](ServiceHandle::skipped) due times were skipped because it was paused.
    pub fn skipped_paused(&self) -> u64 {
        self.counts().paused
    }

    /// How many runs of a timed service were still going when the next due time came, whatever became of that.
    pub fn overruns(&self) -> u64 {
        self.counts().overruns
    }

    /// How many due times of a timed service were missed, because the process could not run or the wall clock leapt over them.
    pub fn missed(&self) -> u64 {
        self.counts().missed
    }

    /// How many runs of a timed service began more than a second late.
    pub fn late(&self) -> u64 {
        self.counts().late
    }

    /// How often a due time of a timed service passed without anything happening.
    pub fn overdue(&self) -> u64 {
        self.counts().overdue
    }

    fn counts(&self) -> Counts {
        self.service().counts()
    }

    /// Whether it is up, or down for a good reason: not failed, not aborted, not between restarts, no heartbeat missed, not overdue, no
    /// queue whose workers all wait for room that only they could make.
    pub fn is_healthy(&self) -> bool {
        let down = match self.state() {
            State::Restarting => true,
            State::Ended(ending) => {
                matches!(ending, Ending::Failed | Ending::Aborted)
            }
            _ => false,
        };
        let overdue = self.service().control.as_ref().is_some_and(|control| control.history.is_overdue());
        !down && !overdue && self.service().missed_beat().is_none() && !self.is_stuck()
    }
}

#[cfg(not(feature = "queue"))]
impl ServiceHandle {
    fn is_stuck(&self) -> bool {
        false
    }
}

impl Service {
    /// How often it ran. A timer counts in its history, which it writes to at each run anyway.
    pub(crate) fn runs(&self) -> u64 {
        self.record.runs() + self.control.as_ref().map_or(0, |control| control.history.begun())
    }

    /// What is counted of a timer; of any other service there is nothing to count.
    pub(crate) fn counts(&self) -> Counts {
        self.control.as_ref().map(|control| control.history.counts()).unwrap_or_default()
    }

    /// For how long its heartbeat has stayed away, when that is too long. Nobody expects one of a service that waits to be started
    /// again, is paused, was told to stop, or has ended.
    pub(crate) fn missed_beat(&self) -> Option<Duration> {
        let (limit, silent) = (self.heartbeat?, self.record.silence()?);
        let beats = matches!(self.record.state(), State::Starting | State::Running);
        (silent > limit && beats).then_some(silent)
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
