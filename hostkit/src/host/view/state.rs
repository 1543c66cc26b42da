//! What is known of a host: its services' records, its tasks, how far it has come, what failed. Handles and the watch hold it, for as
//! long as they like: nothing in it is the user's.

use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

use super::report::{HookReport, ProviderReport, ValuePhase};
use super::request::{StopCause, StopRequest};
use super::start_failure::StartProblem;
use crate::host::plan::planned::{Plan, PlannedLevel, PlannedProvider, PlannedQueue, Service};
use crate::host::plan::settings::Settings;
use crate::host::run::core::Core;
use crate::inject::HostContextState;
use crate::outcome::failure::Failure;
use crate::param::task_pool::TaskPool;
use crate::registry::Origin;
use crate::service::{Moment, QueueControl};
use crate::state::ServiceRecord;
use crate::sync::live_count::LiveCount;
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::select2;
use crate::time::clock::{self, Instant};

/// How far a host has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// It is starting.
    Starting,
    /// Everything has started.
    Ready,
    /// It is stopping.
    Stopping,
    /// It has stopped.
    Stopped,
}

pub(crate) struct HostState {
    pub(crate) services: Vec<Service>,
    pub(crate) levels: Vec<PlannedLevel>,
    /// Positions in `services`, by name.
    pub(super) by_name: Vec<usize>,
    pub(crate) draining: Vec<PlannedQueue>,
    pub(crate) settings: Settings,
    pub(crate) shared: Arc<HostContextState>,
    pub(crate) tasks: Arc<TaskPool>,
    /// The host itself, while it lives.
    pub(crate) core: OnceLock<Weak<Core>>,
    /// Of everything that keeps the host alive.
    pub(crate) live: LiveCount,
    pub(crate) stop: StopRequest,
    pub(crate) status: watch::Sender<Status>,
    /// The watch thread's tick: who waits for a deadline looks at the clock again, should the runtime's timer be blocked.
    pub(crate) pulse: Notify,
    /// The host has stopped and been reported: the watch thread may go.
    pub(crate) finished: CancellationToken,
    pub(crate) runtime: Handle,
    pub(crate) begun: Instant,
    pub(crate) times: HostTimes,
    aborts: Mutex<Vec<AbortHandle>>,
    pub(crate) hook_failures: Mutex<Vec<HookReport>>,
    pub(crate) provider_failures: Mutex<Vec<ProviderReport>>,
    /// Where what failed the start was declared, if it was.
    pub(crate) start_problem: OnceLock<(Option<Origin>, StartProblem)>,
    /// What is being dropped, and does not end.
    pub(crate) undropped: OnceLock<String>,
    /// Of the hooks and providers that were begun, so that one that holds a thread can be named.
    hook_records: Mutex<Vec<Arc<ServiceRecord>>>,
    /// Hooks and closing values that the stop waits for.
    pub(crate) waited_for: Mutex<Vec<String>>,
}

/// When the host came how far.
#[derive(Debug, Default)]
pub(crate) struct HostTimes {
    pub(crate) started_in: OnceLock<Duration>,
    pub(crate) stopped_in: OnceLock<Duration>,
    /// In real time: what comes now has `close_timeout`.
    pub(crate) closing: OnceLock<std::time::Instant>,
    pub(crate) stopping_hooks: OnceLock<()>,
}

impl HostState {
    pub(crate) fn new(plan: Plan, runtime: Handle) -> Self {
        let Plan { services, levels, draining, settings, wall, under_test, .. } = plan;
        let live = LiveCount::default();
        let shared = Arc::new(HostContextState { wall, under_test, ..HostContextState::default() });
        let tasks = Arc::new(TaskPool::new(shared.id, runtime.clone(), shared.slots.clone(), live.clone()));
        let mut by_name: Vec<usize> = (0..services.len()).collect();
        by_name.sort_by_key(|i| services[*i].record.name());
        HostState {
            services,
            levels,
            by_name,
            draining,
            settings,
            shared,
            tasks,
            core: OnceLock::new(),
            live,
            stop: StopRequest::default(),
            status: watch::Sender::new(Status::Starting),
            pulse: Notify::new(),
            finished: CancellationToken::new(),
            runtime,
            begun: clock::now(),
            times: HostTimes::default(),
            aborts: Mutex::default(),
            hook_failures: Mutex::default(),
            provider_failures: Mutex::default(),
            start_problem: OnceLock::new(),
            undropped: OnceLock::new(),
            hook_records: Mutex::default(),
            waited_for: Mutex::default(),
        }
    }

    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let found = self.by_name.binary_search_by(|i| self.services[*i].record.name().cmp(name)).ok()?;
        Some(self.by_name[found])
    }

    pub(crate) fn by_name(&self) -> impl Iterator<Item = &Service> {
        self.by_name.iter().map(|i| &self.services[*i])
    }

    /// The queues that the host runs, with their services, by name.
    pub(crate) fn queues(&self) -> impl Iterator<Item = (&Service, &Arc<dyn QueueControl>)> {
        self.by_name().filter_map(|service| Some((service, service.queue.as_ref()?)))
    }

    pub(crate) fn has_timers(&self) -> bool {
        self.services.iter().any(|service| service.timer.is_some())
    }

    /// Who it is that holds a thread.
    pub(crate) fn name_at(&self, address: usize) -> Option<String> {
        let hooks = lock_unpoisoned(&self.hook_records);
        let mut records = self.services.iter().map(|service| &service.record).chain(hooks.iter());
        let found = records.find(|record| crate::state::address(record) == address);
        found.map(|record| record.name().to_owned()).or_else(|| Some(self.tasks.find(address)?.into_owned()))
    }

    pub(crate) fn keep_hook_record(&self, record: Arc<ServiceRecord>) {
        lock_unpoisoned(&self.hook_records).push(record);
    }

    pub(crate) fn keep_aborts(&self, aborts: impl IntoIterator<Item = AbortHandle>) {
        lock_unpoisoned(&self.aborts).extend(aborts);
    }

    pub(crate) fn abort(&self, index: usize) {
        if let Some(abort) = lock_unpoisoned(&self.aborts).get(index) {
            abort.abort();
        }
    }

    /// Says whether this is why the start failed, and tells it then. `at`: where the one that failed was declared.
    pub(crate) fn start_failed(&self, what: &str, at: Option<Origin>, how: StartProblem) -> bool {
        let first = self.stop.raise(StopCause::StartFailed(what.to_owned(), how.to_string()));
        if first {
            let _ = self.start_problem.set((at, how.clone()));
            tracing::error!(target: "hostkit", "the start failed: `{what}` {how}");
        }
        first
    }

    pub(crate) fn keep_hook(&self, name: &str, moment: Moment, origin: Origin, failure: Failure) {
        let report = HookReport { name: name.to_owned(), moment, origin, failure };
        lock_unpoisoned(&self.hook_failures).push(report);
    }

    pub(crate) fn keep_provider(&self, provider: &PlannedProvider, phase: ValuePhase, failure: Failure) {
        self.keep_value(&provider.name, provider.origin, phase, failure);
    }

    /// What failed of a value, made by a provider or given.
    pub(crate) fn keep_value(&self, name: &str, origin: Origin, phase: ValuePhase, failure: Failure) {
        let report = ProviderReport { name: name.to_owned(), origin, phase, failure };
        lock_unpoisoned(&self.provider_failures).push(report);
    }

    /// Waits until the instant, or until the watch thread's next pulse: time to look again.
    pub(crate) async fn until_pulse(&self, instant: Instant) {
        select2(clock::sleep_until(instant), self.pulse.notified()).await;
    }

    /// Waits until the instant, by the runtime's timer or, where that is blocked, by the watch thread's pulse.
    pub(crate) async fn until(&self, instant: Instant) {
        while clock::now() < instant {
            self.until_pulse(instant).await;
        }
    }
}
