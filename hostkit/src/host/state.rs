//! What is known of a host: its services' records, its tasks, how far it has come, what failed. Handles and the watch hold it, for as
//! long as they like: nothing in it is the user's.

use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

use super::core::Core;
use super::plan::{Plan, PlannedLevel, PlannedProvider, Service};
#[cfg(feature = "queue")]
use super::queues::Draining;
use super::report::{HookReport, Phase, ProviderReport};
use super::request::{StopCause, StopRequest};
use super::settings::Settings;
use crate::clock::{self, Instant};
use crate::count::Count;
use crate::failure::Failure;
use crate::inject::SharedState;
use crate::life::Record;
use crate::locked::locked;
use crate::pool::Pool;
use crate::race::race;
use crate::registry::Origin;
use crate::service::Moment;

/// How far a host has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    pub(super) services: Vec<Service>,
    pub(super) levels: Vec<PlannedLevel>,
    /// Positions in `services`, by name.
    by_name: Vec<u32>,
    #[cfg(feature = "queue")]
    pub(super) draining: Vec<Draining>,
    pub(super) settings: Settings,
    pub(super) shared: Arc<SharedState>,
    pub(super) tasks: Arc<Pool>,
    /// The host itself, while it lives.
    pub(super) core: OnceLock<Weak<Core>>,
    /// Of everything that keeps the host alive.
    pub(super) live: Count,
    pub(super) stop: StopRequest,
    pub(super) status: watch::Sender<Status>,
    /// The watch thread's tick: who waits for a deadline looks at the clock again, should the runtime's timer be blocked.
    pub(super) pulse: Notify,
    /// The host has stopped and been reported: the watch thread may go.
    pub(super) finished: CancellationToken,
    pub(super) runtime: Handle,
    pub(super) begun: Instant,
    pub(super) times: Times,
    aborts: Mutex<Vec<AbortHandle>>,
    pub(super) hook_failures: Mutex<Vec<HookReport>>,
    pub(super) provider_failures: Mutex<Vec<ProviderReport>>,
    /// Where what failed the start was declared, if it was.
    pub(super) start_failed_at: OnceLock<Option<Origin>>,
    /// What is being dropped, and does not end.
    pub(super) undropped: OnceLock<String>,
    /// Of the hooks and providers that were begun, so that one that holds a thread can be named.
    hook_records: Mutex<Vec<Arc<Record>>>,
    /// Hooks and closing values that the stop waits for.
    pub(super) waited_for: Mutex<Vec<String>>,
}

/// When the host came how far.
#[derive(Debug, Default)]
pub(super) struct Times {
    pub(super) started_in: OnceLock<Duration>,
    pub(super) stopped_in: OnceLock<Duration>,
    /// In real time: what comes now has `close_timeout`.
    pub(super) closing: OnceLock<std::time::Instant>,
    pub(super) stopping_hooks: OnceLock<()>,
}

impl HostState {
    pub(super) fn new(plan: Plan, runtime: Handle) -> Self {
        let Plan { services, levels, settings, wall, under_test, .. } = plan;
        let live = Count::default();
        let shared = Arc::new(SharedState { wall, under_test, ..SharedState::default() });
        let tasks = Arc::new(Pool::new(runtime.clone(), shared.slots.clone(), live.clone()));
        let mut by_name: Vec<u32> = (0..u32::try_from(services.len()).unwrap_or(u32::MAX)).collect();
        by_name.sort_by_key(|i| services[*i as usize].record.name());
        HostState {
            services,
            levels,
            by_name,
            #[cfg(feature = "queue")]
            draining: plan.draining,
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
            times: Times::default(),
            aborts: Mutex::default(),
            hook_failures: Mutex::default(),
            provider_failures: Mutex::default(),
            start_failed_at: OnceLock::new(),
            undropped: OnceLock::new(),
            hook_records: Mutex::default(),
            waited_for: Mutex::default(),
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let found =
            self.by_name.binary_search_by(|i| self.services[*i as usize].record.name().cmp(name)).ok()?;
        Some(self.by_name[found] as usize)
    }

    pub(super) fn by_name(&self) -> impl Iterator<Item = &Service> {
        self.by_name.iter().map(|i| &self.services[*i as usize])
    }

    pub(super) fn has_timers(&self) -> bool {
        self.services.iter().any(|service| service.control.is_some())
    }

    /// Who it is that holds a thread.
    pub(super) fn name_at(&self, address: usize) -> Option<String> {
        let hooks = locked(&self.hook_records);
        let mut records = self.services.iter().map(|service| &service.record).chain(hooks.iter());
        let found = records.find(|record| crate::life::address(record) == address);
        found.map(|record| record.name().to_owned()).or_else(|| Some(self.tasks.find(address)?.into_owned()))
    }

    pub(super) fn keep_hook_record(&self, record: Arc<Record>) {
        locked(&self.hook_records).push(record);
    }

    pub(super) fn keep_aborts(&self, aborts: impl IntoIterator<Item = AbortHandle>) {
        locked(&self.aborts).extend(aborts);
    }

    pub(super) fn abort(&self, index: usize) {
        if let Some(abort) = locked(&self.aborts).get(index) {
            abort.abort();
        }
    }

    /// Says whether this is why the start failed, and tells it then. `at`: where the one that failed was declared.
    pub(super) fn start_failed(&self, what: &str, at: Option<Origin>, how: &str) -> bool {
        let first = self.stop.raise(StopCause::StartFailed(what.to_owned(), how.to_owned()));
        if first {
            let _ = self.start_failed_at.set(at);
            tracing::error!(target: "hostkit", "the start failed: `{what}` {how}");
        }
        first
    }

    pub(super) fn keep_hook(&self, name: &str, moment: Moment, origin: Origin, failure: Failure) {
        let report = HookReport { name: name.to_owned(), moment, origin, failure };
        locked(&self.hook_failures).push(report);
    }

    pub(super) fn keep_provider(&self, provider: &PlannedProvider, phase: Phase, failure: Failure) {
        self.keep_value(&provider.name, provider.origin, phase, failure);
    }

    /// What failed of a value, made by a provider or given.
    pub(super) fn keep_value(&self, name: &str, origin: Origin, phase: Phase, failure: Failure) {
        let report = ProviderReport { name: name.to_owned(), origin, phase, failure };
        locked(&self.provider_failures).push(report);
    }

    /// Waits until the instant, or until the watch thread's next pulse: time to look again.
    pub(super) async fn until_pulse(&self, instant: Instant) {
        race(clock::sleep_until(instant), self.pulse.notified()).await;
    }

    /// Waits until the instant, by the runtime's timer or, where that is blocked, by the watch thread's pulse.
    pub(super) async fn until(&self, instant: Instant) {
        while clock::now() < instant {
            self.until_pulse(instant).await;
        }
    }
}
