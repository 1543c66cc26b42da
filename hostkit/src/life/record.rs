//! What the host remembers of one service: where it is, how often it ran and failed, and how it ended.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Level, State};
use crate::clock::{self, Instant};
use crate::locked::locked;
use crate::outcome::{Ending, Failure};

pub(crate) type Name = Cow<'static, str>;

#[derive(Debug)]
pub(crate) struct Record {
    name: Name,
    level: Arc<Level>,
    state: AtomicU8,
    /// The service can't become ready any more: it dropped its `Ready`.
    unready: AtomicBool,
    /// Its failure is the host's: no policy recovered from it.
    blamed: AtomicBool,
    stalls: AtomicU32,
    runs: AtomicU64,
    failures: AtomicU64,
    restarts: AtomicU32,
    /// Nanoseconds from the start of its level until it had started, and from being told to stop until it had ended.
    start_took: AtomicU64,
    stop_took: AtomicU64,
    /// Set for a service that judges its own liveness by a heartbeat.
    beat: Mutex<Option<Instant>>,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    failure: Option<Failure>,
    begun: Option<Instant>,
    told: Option<Instant>,
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX).max(1)
}

fn measured(cell: &AtomicU64) -> Option<Duration> {
    Some(cell.load(Ordering::Relaxed)).filter(|nanos| *nanos != 0).map(Duration::from_nanos)
}

impl Record {
    pub(crate) fn new(name: Name, level: Arc<Level>) -> Self {
        Record {
            name,
            level,
            state: AtomicU8::new(State::Waiting.code()),
            unready: AtomicBool::new(false),
            blamed: AtomicBool::new(false),
            stalls: AtomicU32::new(0),
            runs: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            restarts: AtomicU32::new(0),
            start_took: AtomicU64::new(0),
            stop_took: AtomicU64::new(0),
            beat: Mutex::new(None),
            last: Mutex::new(Last::default()),
        }
    }

    /// For what is watched but is no service of the plan: a hook, a task.
    pub(crate) fn apart(name: impl Into<Name>) -> Arc<Self> {
        Arc::new(Record::new(name.into(), Arc::new(Level::of(1))))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn level(&self) -> &Level {
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

    pub(crate) fn starting(&self, at: Instant) {
        locked(&self.last).begun = Some(at);
        self.turn(State::Starting, |_| true);
    }

    /// When its first run began.
    pub(crate) fn begun(&self) -> Option<Instant> {
        locked(&self.last).begun
    }

    /// It has started; called again for each restart, counted by its level once.
    pub(crate) fn started(&self) {
        if self.turn(State::Running, |from| from == State::Starting) {
            if self.start_took.load(Ordering::Relaxed) == 0 {
                let begun = locked(&self.last).begun;
                let took = begun.map(|begun| clock::now().duration_since(begun)).unwrap_or_default();
                self.start_took.store(nanos(took), Ordering::Relaxed);
                self.level.one_started();
            } else {
                self.level.tell();
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
            self.level.tell();
        }
    }

    pub(crate) fn is_unready(&self) -> bool {
        self.unready.load(Ordering::Acquire)
    }

    pub(crate) fn restarting(&self) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
        self.turn(State::Restarting, |from| from != State::Stopping);
    }

    pub(crate) fn starting_again(&self) {
        self.unready.store(false, Ordering::Release);
        self.turn(State::Starting, |from| from == State::Restarting);
    }

    pub(crate) fn stopping(&self, at: Instant) {
        if self.turn(State::Stopping, |from| from != State::Stopping) {
            locked(&self.last).told = Some(at);
        }
    }

    pub(crate) fn run_began(&self) {
        self.runs.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self, failure: Failure) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.keep(failure);
    }

    /// Keeps a failure to be shown without counting it: that of a service that had been told to stop.
    pub(crate) fn keep(&self, failure: Failure) {
        locked(&self.last).failure = Some(failure);
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

    /// The end; only the first one counts, and the answer says whether this was it.
    pub(crate) fn ended(&self, ending: Ending) -> bool {
        let first = self.turn(State::Ended(ending), |_| true);
        if first {
            if let Some(told) = locked(&self.last).told {
                self.stop_took.store(nanos(clock::now().duration_since(told)), Ordering::Relaxed);
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
        locked(&self.last).failure.clone()
    }

    pub(crate) fn start_took(&self) -> Option<Duration> {
        measured(&self.start_took)
    }

    pub(crate) fn stop_took(&self) -> Option<Duration> {
        measured(&self.stop_took)
    }

    pub(crate) fn beat(&self) {
        *locked(&self.beat) = Some(clock::now());
    }

    pub(crate) fn last_beat(&self) -> Option<Instant> {
        *locked(&self.beat)
    }
}
