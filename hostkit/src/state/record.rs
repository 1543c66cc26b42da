//! What the host remembers of one service: where it is, how often it ran and failed, and how it ended.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tracing::Span;

use super::{Signal, StartLevel, State};
use crate::outcome::failure::Failure;
use crate::outcome::result::Ending;
use crate::sync::lock::lock_unpoisoned;
use crate::time::clock::{self, Instant};
use crate::time::rfc3339::Rfc3339;
use crate::time::tick_info::{Cause, TickInfo};

pub(crate) type ServiceName = Cow<'static, str>;

/// What a record is kept of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Service,
    Hook,
    Task,
    Provider,
}

#[derive(Debug)]
pub(crate) struct ServiceRecord {
    name: ServiceName,
    role: Role,
    level: Arc<StartLevel>,
    state: AtomicU8,
    /// The service can't become ready any more: it dropped its `Ready`.
    unready: AtomicBool,
    /// Its failure is the host's: no policy recovered from it.
    blamed: AtomicBool,
    /// It runs on a thread of its own: a test gives it real time.
    #[cfg(feature = "testing")]
    alone: AtomicBool,
    stalls: AtomicU32,
    runs: AtomicU64,
    failures: AtomicU64,
    restarts: AtomicU32,
    /// Nanoseconds from the start of its level until it had started, and from being told to stop until it had ended.
    start_took: AtomicU64,
    stop_took: AtomicU64,
    /// Nanoseconds from the start of its level until its last heartbeat.
    beat: AtomicU64,
    signal: Signal,
    /// Nanoseconds from being told to stop until it will be aborted.
    deadline: AtomicU64,
    last_failure: Mutex<Option<Box<Failure>>>,
}

fn nanos(duration: Duration) -> u64 {
    clock::nanos(duration).max(1)
}

fn measured(cell: &AtomicU64) -> Option<Duration> {
    Some(cell.load(Ordering::Relaxed)).filter(|nanos| *nanos != 0).map(Duration::from_nanos)
}

impl ServiceRecord {
    pub(crate) fn new(name: ServiceName, level: Arc<StartLevel>) -> Self {
        ServiceRecord {
            name,
            role: Role::Service,
            level,
            state: AtomicU8::new(State::Waiting.code()),
            unready: AtomicBool::new(false),
            blamed: AtomicBool::new(false),
            #[cfg(feature = "testing")]
            alone: AtomicBool::new(false),
            stalls: AtomicU32::new(0),
            runs: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            restarts: AtomicU32::new(0),
            start_took: AtomicU64::new(0),
            stop_took: AtomicU64::new(0),
            beat: AtomicU64::new(0),
            signal: Signal::default(),
            deadline: AtomicU64::new(0),
            last_failure: Mutex::new(None),
        }
    }

    /// For what is watched but is no service of the plan.
    pub(crate) fn apart(role: Role, name: impl Into<ServiceName>) -> Arc<Self> {
        Arc::new(ServiceRecord { role, ..ServiceRecord::new(name.into(), Arc::new(StartLevel::of(1))) })
    }

    /// The span that all of its log records are in; at the highest level, so that no filter takes the name off an error.
    pub(crate) fn span(&self) -> Span {
        let name = self.name();
        match self.role {
            Role::Service => tracing::error_span!(target: "hostkit", parent: None, "hostkit", service = name),
            Role::Hook => tracing::error_span!(target: "hostkit", parent: None, "hostkit", hook = name),
            Role::Task => tracing::error_span!(target: "hostkit", parent: None, "hostkit", task = name),
            Role::Provider => {
                tracing::error_span!(target: "hostkit", parent: None, "hostkit", provider = name)
            }
        }
    }

    /// The same for one run of a timer, with its due time. Nothing where nobody listens, and where nobody knows a due time: a run by hand.
    pub(crate) fn run_span(&self, due: &TickInfo) -> Option<Box<Span>> {
        if due.cause == Cause::Manual {
            return None;
        }
        let due = Rfc3339(due.due);
        let span = tracing::error_span!(target: "hostkit", parent: None, "hostkit", service = self.name(), due = %due);
        (!span.is_disabled()).then(|| Box::new(span))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its own stop signal.
    pub(crate) fn signal(&self) -> &Signal {
        &self.signal
    }

    pub(crate) fn level(&self) -> &StartLevel {
        &self.level
    }

    pub(crate) fn state(&self) -> State {
        State::of(self.state.load(Ordering::Acquire))
    }

    pub(crate) fn ending(&self) -> Option<Ending> {
        self.state().ending()
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ending().is_some()
    }

    /// Moves on to `to`, unless it has ended or `allowed` says no.
    fn turn(&self, to: State, allowed: impl Fn(State) -> bool) -> bool {
        self.state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |code| {
                let from = State::of(code);
                (from.ending().is_none() && allowed(from)).then(|| to.code())
            })
            .is_ok()
    }

    pub(crate) fn starting(&self) {
        self.turn(State::Starting, |_| true);
    }

    /// It has started; called again for each restart, counted by its level once.
    pub(crate) fn started(&self) {
        if self.turn(State::Running, |from| from == State::Starting) {
            if self.start_took.load(Ordering::Relaxed) == 0 {
                self.start_took.store(nanos(self.level.since_begun()), Ordering::Relaxed);
                self.level.one_started();
            } else {
                self.level.look_again();
            }
        }
    }

    /// Whether it ever got as far as being started.
    pub(crate) fn was_started(&self) -> bool {
        self.start_took.load(Ordering::Relaxed) != 0
    }

    pub(crate) fn never_ready(&self) {
        if self.state() == State::Starting {
            self.unready.store(true, Ordering::Release);
            self.level.look_again();
        }
    }

    pub(crate) fn is_unready(&self) -> bool {
        self.unready.load(Ordering::Acquire)
    }

    pub(crate) fn pause(&self, paused: bool) {
        let (from, to) =
            if paused { (State::Running, State::Paused) } else { (State::Paused, State::Running) };
        if self.turn(to, |state| state == from) && !paused {
            self.beat_anew();
        }
    }

    pub(crate) fn restarting(&self) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
        self.turn(State::Restarting, |from| from != State::Stopping);
    }

    pub(crate) fn starting_again(&self) {
        self.unready.store(false, Ordering::Release);
        self.beat_anew(); // before it is looked at again
        self.turn(State::Starting, |from| from == State::Restarting);
    }

    /// It is told to stop, now, and to be done by then.
    pub(crate) fn tell(&self, now: Instant, deadline: Instant) {
        self.level.tell_to_stop(now);
        self.deadline.store(nanos(deadline.saturating_duration_since(now)), Ordering::Relaxed);
        self.turn(State::Stopping, |from| from != State::Stopping);
        self.signal.raise();
    }

    #[cfg(feature = "testing")]
    pub(crate) fn alone(&self, alone: bool) {
        self.alone.store(alone, Ordering::Relaxed);
    }

    #[cfg(feature = "testing")]
    pub(crate) fn is_alone(&self) -> bool {
        self.alone.load(Ordering::Relaxed)
    }

    /// When it will be aborted; nothing before it is told to stop.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.level.told()?.checked_add(measured(&self.deadline)?)
    }

    pub(crate) fn run_began(&self) {
        self.runs.fetch_add(1, Ordering::Relaxed);
    }

    /// So many, at once.
    #[cfg(feature = "queue")]
    pub(crate) fn runs_began(&self, runs: u64) {
        self.runs.fetch_add(runs, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self, failure: Failure) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.keep(failure);
    }

    /// Keeps a failure to be shown without counting it: that of a service that had been told to stop.
    pub(crate) fn keep(&self, failure: Failure) {
        *lock_unpoisoned(&self.last_failure) = Some(Box::new(failure));
    }

    pub(crate) fn blame(&self) {
        self.blamed.store(true, Ordering::Release);
    }

    pub(crate) fn is_blamed(&self) -> bool {
        self.blamed.load(Ordering::Acquire)
    }

    pub(crate) fn stalled(&self) {
        self.stalls.fetch_add(1, Ordering::Relaxed);
    }

    /// What it was given to stop has passed, or been enough.
    pub(crate) fn out_of_time(&self) {
        self.stop_took.store(nanos(self.level.since_told()), Ordering::Relaxed);
    }

    /// The end; only the first one counts, and the answer says whether this was it.
    pub(crate) fn ended(&self, ending: Ending) -> bool {
        let first = self.turn(State::Ended(ending), |_| true);
        if first {
            if self.signal.is_raised() && self.stop_took.load(Ordering::Relaxed) == 0 {
                self.out_of_time();
            }
            self.level.one_ended();
        }
        first
    }

    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    pub(crate) fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    pub(crate) fn restarts(&self) -> u32 {
        self.restarts.load(Ordering::Relaxed)
    }

    pub(crate) fn stalls(&self) -> u32 {
        self.stalls.load(Ordering::Relaxed)
    }

    pub(crate) fn last_failure(&self) -> Option<Failure> {
        lock_unpoisoned(&self.last_failure).as_deref().cloned()
    }

    pub(crate) fn start_took(&self) -> Option<Duration> {
        measured(&self.start_took)
    }

    pub(crate) fn stop_took(&self) -> Option<Duration> {
        measured(&self.stop_took)
    }

    pub(crate) fn beat(&self) {
        self.beat.store(nanos(self.level.since_begun()), Ordering::Relaxed);
    }

    /// From here on its next beat is waited for, if it beats.
    fn beat_anew(&self) {
        if self.last_beat() != 0 {
            self.beat();
        }
    }

    /// Which of its beats was the last one: the time of it.
    pub(crate) fn last_beat(&self) -> u64 {
        self.beat.load(Ordering::Relaxed)
    }

    /// How long ago it last beat, if it ever did.
    pub(crate) fn silence(&self) -> Option<Duration> {
        measured(&self.beat).map(|beat| self.level.since_begun().saturating_sub(beat))
    }
}
