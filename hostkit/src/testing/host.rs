//! A host under test while it runs: its time, its services, its end.

use std::time::Duration;

use hostkit_grammar::Suggestion;
use tokio::time::Instant;

use super::TestHostBuilder;
use super::settle::settle;
use crate::host::{HostBuilder, HostHandle, Report, RunningHost, ServiceHandle};
use crate::service::{Triggered, breathe};
use crate::state::State;
use crate::time::clock;

/// How long `wait_for` waits, in the runtime's time.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
/// For so long a service with a thread of its own is first waited for in real time.
const REAL_PATIENCE: Duration = Duration::from_secs(10);

/// The answers to [`TestHost::trigger`] for a service without a schedule.
const NO_TIMER: Triggered = Triggered::Refused("it is not a timer");
const TAKES_JOBS: Triggered = Triggered::Refused(
    "it handles jobs, and has nothing to run without one: enqueue one, by its `Queue`, or as JSON by `queue(name).enqueue_json(…)`",
);

/// A running host under test.
///
/// Its time is the runtime's: on a paused one (`#[tokio::test(start_paused = true)]`) a day takes a millisecond.
///
/// ```standalone_crate
/// use hostkit::prelude::*;
/// use hostkit::testing::TestHost;
///
/// #[timed(every = "10s")]
/// async fn heartbeat() {}
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # tokio::time::pause();
/// let host = TestHost::discover().only(["heartbeat"]).start().await.unwrap();
/// host.advance(Duration::from_secs(30)).await;
/// assert_eq!(host.service("heartbeat").runs(), 4);
/// assert!(host.stop().await.is_clean());
/// # }
/// ```
#[derive(Debug)]
pub struct TestHost {
    host: RunningHost,
    pub(super) handle: HostHandle,
}

impl TestHost {
    pub(super) fn of(host: RunningHost) -> Self {
        TestHost { handle: host.handle(), host }
    }

    /// With every annotated function of every linked crate. In a test of its own file (`tests/it.rs`) the package's library is linked if
    /// it is named, if only by `use my_library as _;`, or if the file has an attribute of its own.
    pub fn discover() -> TestHostBuilder {
        TestHostBuilder::of(HostBuilder::new().discover())
    }

    /// With what is added, and nothing else.
    pub fn empty() -> TestHostBuilder {
        TestHostBuilder::of(HostBuilder::new())
    }

    /// Lets this much time pass, and everything that falls due in it run, jobs and the blocking pool's work included.
    ///
    /// Of the blocking pool's work it sees what hostkit gives to it: a `fn`, and [`Tasks::spawn_blocking`](crate::param::Tasks::spawn_blocking). What
    /// an `async fn` hands to tokio's `spawn_blocking` itself holds the clock while it lasts, but at the end of an `advance` it is not
    /// waited for.
    ///
    /// A `fn` that waits on the pool for what needs time to pass, as by `enqueue_blocking` into a full queue whose handler sleeps, waits
    /// for ever: a paused clock stands still while it runs.
    ///
    /// A `fn` hosted service keeps real time on its own thread: while the host waits for it to start or to stop, a paused clock goes
    /// along with that, and here it does not. On a runtime that is not paused this is a plain sleep.
    pub async fn advance(&self, duration: Duration) {
        self.advance_until(clock::after(duration)).await;
    }

    /// Lets time pass until the timed service is due next, and lets it run. Beside a fixed delay that is known when the run before has
    /// ended, so a run that is going is waited for, as long as [`wait_for`](TestHost::wait_for) waits.
    ///
    /// # Panics
    /// If there is no such service, or it is not due at any time.
    #[track_caller]
    pub fn advance_to_next(&self, name: &str) -> impl Future<Output = ()> + use<'_> {
        let service = self.service(name);
        let next = service.timer().and_then(|timer| timer.next_instant());
        async move {
            let next = match next {
                Some(next) => next,
                None => known(&service).await,
            };
            self.advance_until(next).await;
        }
    }

    pub(super) async fn advance_until(&self, instant: Instant) {
        clock::sleep_until(instant).await;
        settle(&self.handle).await;
    }

    /// Runs a timed service now, and waits until the run has ended; and until the jobs that it enqueued have run as far as they
    /// can without time passing.
    ///
    /// # Panics
    /// If there is no such service.
    #[track_caller]
    pub fn trigger(&self, name: &str) -> impl Future<Output = Triggered> + use<> {
        let service = self.service(name);
        #[cfg(feature = "queue")]
        let handle = self.handle.clone();
        async move {
            let triggered = match service.timer() {
                Some(timer) => timer.trigger().await,
                None if service.service().queue.is_some() => return TAKES_JOBS,
                None => return NO_TIMER,
            };
            #[cfg(feature = "queue")]
            if handle.lines().next().is_some() {
                settle(&handle).await;
            }
            triggered
        }
    }

    /// Waits until the service is in this state, for an hour of the runtime's time at most. It looks every millisecond at
    /// first, and then less and less often. A `fn` hosted service, whose thread keeps real time, has ten real seconds first, in
    /// which the runtime's time goes along.
    ///
    /// # Panics
    /// If there is no such service, or it does not get there.
    #[track_caller]
    pub fn wait_for(&self, name: &str, state: State) -> impl Future<Output = ()> + use<> {
        let service = self.service(name);
        async move {
            let (begun, really) = (clock::now(), clock::real_now());
            tokio::task::yield_now().await; // what was just asked for comes without time passing
            while service.state() != state {
                let (now, waited) = (service.state(), clock::now().duration_since(begun));
                assert!(waited < PATIENCE, "`{}` is {now}, and was waited for to be {state}", service.name());
                let step = Duration::from_millis(1);
                if service.is_alone() && clock::real_now() - really < REAL_PATIENCE {
                    breathe(step).await;
                    clock::sleep(step).await;
                } else {
                    clock::sleep(step.max(waited / 100)).await;
                }
            }
        }
    }

    /// The service of this name.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn service(&self, name: &str) -> ServiceHandle {
        self.handle.service(name).unwrap_or_else(|| {
            let services = self.handle.services();
            let meant = Suggestion::of(name, services.iter().map(ServiceHandle::name));
            let hint = meant.question().map(|question| format!("; {question}"));
            panic!("no service named `{name}`{}", hint.unwrap_or_default())
        })
    }

    /// The handle that a service would get.
    pub fn handle(&self) -> HostHandle {
        self.handle.clone()
    }

    /// Stops the host, and returns its report.
    pub async fn stop(self) -> Report {
        self.host.stop().await
    }

    /// Waits until the host has ended by itself, and returns its report.
    pub async fn wait(mut self) -> Report {
        self.host.wait().await
    }
}

/// When it is due next, as soon as that is known.
async fn known(service: &ServiceHandle) -> Instant {
    let (begun, name) = (clock::now(), service.name());
    loop {
        let timer = service.timer().filter(|_| service.state().ending().is_none());
        let Some(timer) = timer else {
            panic!("`{name}` is not due at any time: it is not a timer, or has ended")
        };
        let waited = clock::now() - begun;
        assert!(waited < PATIENCE, "`{name}` is due when its run has ended, and it has not for an hour");
        clock::sleep(Duration::from_millis(1).max(waited / 1000)).await; // hardly past the due time
        if let Some(next) = timer.next_instant() {
            return next;
        }
    }
}
