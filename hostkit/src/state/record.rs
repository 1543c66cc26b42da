//! What the host remembers of one service: where it is, how often it ran and failed, and how it ended.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::Span;

use super::{StartLevel, State};
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
    /// Its own stop signal.
    stop: CancellationToken,
    /// Apart from the facts: every worker of a queue counts here.
    runs: AtomicU64,
    facts: Mutex<ServiceFacts>,
}

#[derive(Debug)]
struct ServiceFacts {
    state: State,
    /// The service can't become ready any more: it dropped its `Ready`.
    unready: bool,
    /// Its failure is the host's: no policy recovered from it.
    blamed: bool,
    /// It runs on a thread of its own: a test gives it real time.
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only a test asks"))]
    alone: bool,
    stalls: u32,
    restarts: u32,
    failures: u64,
    last_failure: Option<Failure>,
    /// From the start of its level until it had started first.
    start_took: Option<Duration>,
    last_beat: Option<Instant>,
    stop_requested_at: Option<Instant>,
    /// When it will be aborted.
    deadline: Option<Instant>,
    /// From the request to stop until it had ended.
    stop_took: Option<Duration>,
}

impl ServiceFacts {
    /// Moves on to `to`, unless it has ended or `allowed` says no.
    fn turn(&mut self, to: State, allowed: impl FnOnce(State) -> bool) -> bool {
        let turns = self.state.ending().is_none() && allowed(self.state);
        if turns {
            self.state = to;
        }
        turns
    }

    /// From here on its next beat is waited for, if it beats.
    fn beat_anew(&mut self) {
        self.last_beat = self.last_beat.map(|_| clock::now());
    }

    fn out_of_time(&mut self) {
        self.stop_took = self.stop_requested_at.map(|at| clock::now().saturating_duration_since(at));
    }
}

impl ServiceRecord {
    pub(crate) fn new(name: ServiceName, level: Arc<StartLevel>) -> Self {
        let facts = ServiceFacts {
            state: State::Waiting,
            unready: false,
            blamed: false,
            alone: false,
            stalls: 0,
            restarts: 0,
            failures: 0,
            last_failure: None,
            start_took: None,
            last_beat: None,
            stop_requested_at: None,
            deadline: None,
            stop_took: None,
        };
        ServiceRecord {
            name,
            role: Role::Service,
            level,
            stop: CancellationToken::new(),
            runs: AtomicU64::new(0),
            facts: Mutex::new(facts),
        }
    }

    /// For what is watched but is no service of the plan.
    pub(crate) fn apart(role: Role, name: impl Into<ServiceName>) -> Arc<Self> {
        Arc::new(ServiceRecord { role, ..ServiceRecord::new(name.into(), Arc::new(StartLevel::of(1))) })
    }

    /// Held for a few fields, never across user code or another lock.
    fn facts(&self) -> MutexGuard<'_, ServiceFacts> {
        lock_unpoisoned(&self.facts)
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
    pub(crate) fn signal(&self) -> &CancellationToken {
        &self.stop
    }

    pub(crate) fn level(&self) -> &StartLevel {
        &self.level
    }

    pub(crate) fn state(&self) -> State {
        self.facts().state
    }

    pub(crate) fn ending(&self) -> Option<Ending> {
        self.state().ending()
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ending().is_some()
    }

    pub(crate) fn starting(&self) {
        self.facts().turn(State::Starting, |_| true);
    }

    /// It has started; called again for each restart, counted by its level once.
    pub(crate) fn started(&self) {
        let mut facts = self.facts();
        if !facts.turn(State::Running, |from| from == State::Starting) {
            return;
        }
        let first = facts.start_took.is_none();
        if first {
            facts.start_took = Some(self.level.since_begun());
        }
        drop(facts);
        if first { self.level.one_started() } else { self.level.look_again() }
    }

    /// Whether it ever got as far as being started.
    pub(crate) fn was_started(&self) -> bool {
        self.start_took().is_some()
    }

    pub(crate) fn never_ready(&self) {
        let mut facts = self.facts();
        let starting = facts.state == State::Starting;
        facts.unready |= starting;
        drop(facts);
        if starting {
            self.level.look_again();
        }
    }

    pub(crate) fn is_unready(&self) -> bool {
        self.facts().unready
    }

    pub(crate) fn pause(&self, paused: bool) {
        let (from, to) =
            if paused { (State::Running, State::Paused) } else { (State::Paused, State::Running) };
        let mut facts = self.facts();
        if facts.turn(to, |state| state == from) && !paused {
            facts.beat_anew();
        }
    }

    pub(crate) fn restarting(&self) {
        let mut facts = self.facts();
        facts.restarts += 1;
        facts.turn(State::Restarting, |from| from != State::Stopping);
    }

    pub(crate) fn starting_again(&self) {
        let mut facts = self.facts();
        facts.unready = false;
        facts.beat_anew();
        facts.turn(State::Starting, |from| from == State::Restarting);
    }

    /// It is told to stop, now, and to be done by then.
    pub(crate) fn tell(&self, now: Instant, deadline: Instant) {
        let mut facts = self.facts();
        facts.stop_requested_at.get_or_insert(now);
        facts.deadline = Some(deadline);
        facts.turn(State::Stopping, |from| from != State::Stopping);
        drop(facts);
        self.stop.cancel();
    }

    pub(crate) fn stop_requested_at(&self) -> Option<Instant> {
        self.facts().stop_requested_at
    }

    #[cfg(feature = "testing")]
    pub(crate) fn alone(&self, alone: bool) {
        self.facts().alone = alone;
    }

    #[cfg(feature = "testing")]
    pub(crate) fn is_alone(&self) -> bool {
        self.facts().alone
    }

    /// When it will be aborted; nothing before it is told to stop.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.facts().deadline
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
        let mut facts = self.facts();
        facts.failures += 1;
        facts.last_failure = Some(failure);
    }

    /// Keeps a failure to be shown without counting it: that of a service that had been told to stop.
    pub(crate) fn keep(&self, failure: Failure) {
        self.facts().last_failure = Some(failure);
    }

    pub(crate) fn blame(&self) {
        self.facts().blamed = true;
    }

    pub(crate) fn is_blamed(&self) -> bool {
        self.facts().blamed
    }

    pub(crate) fn stalled(&self) {
        self.facts().stalls += 1;
    }

    /// What it was given to stop has passed, or been enough.
    pub(crate) fn out_of_time(&self) {
        self.facts().out_of_time();
    }

    /// The end; only the first one counts, and the answer says whether this was it.
    pub(crate) fn ended(&self, ending: Ending) -> bool {
        let mut facts = self.facts();
        let first = facts.turn(State::Ended(ending), |_| true);
        if first && facts.stop_took.is_none() {
            facts.out_of_time();
        }
        drop(facts);
        if first {
            self.level.one_ended();
        }
        first
    }

    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    pub(crate) fn failures(&self) -> u64 {
        self.facts().failures
    }

    pub(crate) fn restarts(&self) -> u32 {
        self.facts().restarts
    }

    pub(crate) fn stalls(&self) -> u32 {
        self.facts().stalls
    }

    pub(crate) fn last_failure(&self) -> Option<Failure> {
        self.facts().last_failure.clone()
    }

    pub(crate) fn start_took(&self) -> Option<Duration> {
        self.facts().start_took
    }

    pub(crate) fn stop_took(&self) -> Option<Duration> {
        self.facts().stop_took
    }

    pub(crate) fn beat(&self) {
        self.facts().last_beat = Some(clock::now());
    }

    pub(crate) fn last_beat(&self) -> Option<Instant> {
        self.facts().last_beat
    }

    /// How long ago it last beat, if it ever did.
    pub(crate) fn silence(&self) -> Option<Duration> {
        self.last_beat().map(|beat| clock::now().saturating_duration_since(beat))
    }
}
