//! What a parameter is got from when its function is called: the host's values, and what belongs to this one service.

use std::any::Any;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock};

use tokio_util::sync::CancellationToken;

use super::{Kind, Values};
use crate::outcome::stopped_mark::HostId;
use crate::state::{Guard, PollTracker, ServiceRecord};
use crate::sync::live_count::LiveCount;
use crate::time::clock::WallClock;
use crate::time::once_a_minute::OnceAMinute;
use crate::time::tick_info::TickInfo;

/// Where a parameter's value comes from; see [`Param`](super::Param).
#[derive(Debug)]
pub struct Scope<'a, K: Kind> {
    context: &'a Context,
    /// What this run of a timer is for.
    due: Option<&'a TickInfo>,
    run: Option<&'a RunContext<'a>>,
    kind: PhantomData<fn() -> K>,
}

/// What belongs to one service, or to one hook.
#[derive(Debug, Clone)]
#[doc(hidden)]
pub struct Context {
    pub(crate) shared: Arc<HostContext>,
    pub(crate) record: Arc<ServiceRecord>,
    /// What was made for this one run.
    pub(crate) own: Option<Arc<Values>>,
}

/// One run of many, where a kind has runs of its own: what it is for, and the place of its own stop signal.
#[derive(Debug)]
#[cfg_attr(not(feature = "queue"), allow(dead_code, reason = "only a job is a run so far"))]
pub(crate) struct RunContext<'a> {
    facts: &'a (dyn Any + Send + Sync),
    stop: &'a RunStopSlot,
}

/// The stop signal of one run of a service that may be restarted, among the run's own values.
pub(crate) struct RunStop(pub(crate) CancellationToken);

/// The place of a run's own stop signal, made for those who ask for it. Runs of which none has asked may share one place, one
/// after the other.
#[derive(Debug, Default)]
pub(crate) struct RunStopSlot {
    here: OnceLock<CancellationToken>,
    /// The same, for one who may ask for it when the run is gone.
    late: OnceLock<LazyStopToken>,
}

#[cfg_attr(not(feature = "queue"), allow(dead_code, reason = "only a job is a run so far"))]
pub(crate) type LazyStopToken = Arc<OnceLock<CancellationToken>>;

#[cfg(feature = "queue")]
impl<'a> RunContext<'a> {
    pub(crate) fn new(facts: &'a (dyn Any + Send + Sync), stop: &'a RunStopSlot) -> Self {
        RunContext { facts, stop }
    }
}

#[cfg(feature = "queue")]
impl RunStopSlot {
    /// Its own stop signal, if it was asked for.
    pub(crate) fn get(&self) -> Option<&CancellationToken> {
        self.place().get()
    }

    /// The run has ended: the next one finds an untouched place.
    #[inline]
    pub(crate) fn clear(&mut self) {
        if self.here.get().is_some() || self.late.get().is_some() {
            *self = RunStopSlot::default();
        }
    }
}

/// For the rest of a run that began elsewhere: their stop signal is one.
impl From<LazyStopToken> for RunStopSlot {
    fn from(late: LazyStopToken) -> Self {
        RunStopSlot { here: OnceLock::new(), late: OnceLock::from(late) }
    }
}

impl RunStopSlot {
    fn place(&self) -> &OnceLock<CancellationToken> {
        self.late.get().map_or(&self.here, |late| late)
    }
}

/// What all services of one host share: its values, and its state. Gone when the host has ended.
#[derive(Debug, Default)]
pub(crate) struct HostContext {
    pub(crate) values: Values,
    pub(crate) state: Arc<HostContextState>,
}

impl Deref for HostContext {
    type Target = HostContextState;

    fn deref(&self) -> &HostContextState {
        &self.state
    }
}

/// What all services of one host share, and what outlives the host where somebody keeps a handle: nothing of the user's.
#[derive(Debug, Default)]
pub(crate) struct HostContextState {
    pub(crate) id: HostId,
    pub(crate) slots: Arc<PollTracker>,
    pub(crate) wall: WallClock,
    /// Runs of timers that have tasks of their own.
    pub(crate) timer_runs: LiveCount,
    /// Blocking work under way on the pool: a test waits for it, and so does a start that is cut short.
    pub(crate) offloaded: LiveCount,
    /// The warning that the blocking pool has no free thread.
    pub(crate) no_thread: Mutex<OnceAMinute>,
    /// It is a test's host, whose clock may be paused.
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only a test's host is one"))]
    pub(crate) under_test: bool,
    /// The host is ready: timers fire from here on.
    pub(crate) ready: CancellationToken,
    /// The host is stopping: timers fire no more.
    pub(crate) closing: CancellationToken,
    /// Nothing that the host tracks can enqueue any more: queues close when they are empty.
    pub(crate) quiet: CancellationToken,
}

impl Context {
    pub(crate) fn guard(&self) -> Guard {
        Guard::new(self.record.clone(), self.shared.slots.clone())
    }
}

impl<'a, K: Kind> Scope<'a, K> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Scope { context, due: None, run: None, kind: PhantomData }
    }

    /// For the run of a timer.
    pub(crate) fn of_due(context: &'a Context, due: Option<&'a TickInfo>) -> Self {
        Scope { due, ..Scope::new(context) }
    }

    /// For one run of many.
    #[cfg(feature = "queue")]
    pub(crate) fn of_run(context: &'a Context, run: &'a RunContext<'a>) -> Self {
        Scope { run: Some(run), ..Scope::new(context) }
    }

    /// Which due time the run is for, if it is a timer's.
    pub(crate) fn due(&self) -> Option<&'a TickInfo> {
        self.due
    }

    /// What the run is for.
    #[cfg(feature = "queue")]
    pub(crate) fn facts<T: 'static>(&self) -> Option<&'a T> {
        self.run?.facts.downcast_ref()
    }

    /// The run's own stop signal, where runs have their own, which the service's cancels too; else the service's.
    pub(crate) fn stop_token(&self) -> CancellationToken {
        let service = self.context.record.signal();
        match self.run {
            Some(run) => run.stop.place().get_or_init(|| service.child_token()).clone(),
            None => self.own::<RunStop>().map_or_else(|| service.clone(), |run| run.0.clone()),
        }
    }

    /// Where the run's own stop signal will be, for one who asks for it when the run is under way.
    #[cfg(feature = "queue")]
    pub(crate) fn late_stop(&self) -> LazyStopToken {
        self.run.map(|run| run.stop.late.get_or_init(Arc::default).clone()).unwrap_or_default()
    }

    /// The shared value of type `T`, which [`Needs::value`](super::Needs::value) asked for.
    pub fn value<T: ?Sized + Send + Sync + 'static>(&self) -> Arc<T> {
        self.own().unwrap_or_else(|| self.context.shared.values.expect())
    }

    /// The shared value of type `T` if there is one.
    pub fn optional_value<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.own().or_else(|| self.context.shared.values.get())
    }

    /// What was made for this run alone.
    fn own<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.context.own.as_ref()?.get()
    }

    /// The name of the service that the value is for.
    pub fn service(&self) -> &str {
        self.context.record.name()
    }

    pub(crate) fn context(&self) -> &'a Context {
        self.context
    }
}
