//! A whole host under test: on paused time, with a wall clock of its own, without signals, beside as many others as one likes.

use std::fmt;
use std::panic::Location;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::clock::{self, Wall};
use crate::host::{BuildError, HostBuilder, HostHandle, Report, RunningHost, ServiceHandle, StartError};
use crate::life::{Name, State};
use crate::registry::Origin;
use crate::schedule::Schedule;
use crate::service::{IntoHook, IntoHosted, IntoProvider, IntoTimed, Moment, Triggered, breathe};

/// How long `wait_for` waits, in the runtime's time.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
/// So many rounds of the executor in which nothing of the host's is polled: everything has run that was due.
const QUIET: usize = 64;
/// So many rounds at most: a service that never waits is no reason to wait for ever.
const MOST: usize = 200_000;

/// Builds the host of a test: what [`TestHost::discover`] and [`TestHost::empty`] give.
#[must_use = "nothing happens until it is started"]
pub struct TestHostBuilder {
    host: HostBuilder,
    at: Option<SystemTime>,
    #[cfg(feature = "config")]
    layers: crate::config::Layers,
}

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
    handle: HostHandle,
}

impl TestHost {
    /// With every annotated function of every linked crate.
    pub fn discover() -> TestHostBuilder {
        TestHostBuilder::of(HostBuilder::new().discover())
    }

    /// With what is added, and nothing else.
    pub fn empty() -> TestHostBuilder {
        TestHostBuilder::of(HostBuilder::new())
    }

    /// Lets this much time pass, and everything that falls due in it run, the blocking pool's work included.
    ///
    /// A `fn` hosted service keeps real time on its own thread. On a runtime that is not paused this is a plain sleep.
    pub async fn advance(&self, duration: Duration) {
        self.advance_until(clock::after(duration)).await;
    }

    /// Lets time pass until the timed service is due next, and lets it run.
    ///
    /// # Panics
    /// If there is no such service, or it is not due at any time.
    #[track_caller]
    pub fn advance_to_next(&self, name: &str) -> impl Future<Output = ()> + use<'_> {
        let service = self.service(name);
        let next = service.next_instant();
        async move {
            match next {
                Some(next) => self.advance_until(next).await,
                None => panic!("`{}` is not due at any time: it is no timer, or has ended", service.name()),
            }
        }
    }

    async fn advance_until(&self, instant: Instant) {
        clock::sleep_until(instant).await;
        self.settle().await;
    }

    /// Lets everything run that can run now, without time passing.
    async fn settle(&self) {
        loop {
            let (mut seen, mut quiet, mut left) = (self.handle.polls(), 0, MOST);
            while quiet < QUIET && left > 0 {
                tokio::task::yield_now().await;
                let now = self.handle.polls();
                quiet = if now == seen { quiet + 1 } else { 0 };
                (seen, left) = (now, left - 1);
            }
            if self.handle.offloaded() == 0 {
                return;
            }
            // Real time, for real threads; while this runs, a paused clock stands still.
            breathe().await;
        }
    }

    /// Runs a timed service now, and waits until the run has ended.
    ///
    /// # Panics
    /// If there is no such service.
    #[track_caller]
    pub fn trigger(&self, name: &str) -> impl Future<Output = Triggered> + use<> {
        let service = self.service(name);
        async move { service.trigger().await }
    }

    /// Waits until the service is in this state, for an hour of the runtime's time at most. It looks every millisecond at
    /// first, and then less and less often.
    ///
    /// # Panics
    /// If there is no such service, or it does not get there.
    #[track_caller]
    pub fn wait_for(&self, name: &str, state: State) -> impl Future<Output = ()> + use<> {
        let service = self.service(name);
        async move {
            let begun = clock::now();
            tokio::task::yield_now().await; // what was just asked for comes without time passing
            while service.state() != state {
                let (now, waited) = (service.state(), clock::now().duration_since(begun));
                assert!(waited < PATIENCE, "`{}` is {now}, and was waited for to be {state}", service.name());
                clock::sleep(Duration::from_millis(1).max(waited / 100)).await;
            }
        }
    }

    /// The service of this name.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn service(&self, name: &str) -> ServiceHandle {
        self.handle.service(name)
    }

    /// The handle that a service would get.
    pub fn handle(&self) -> HostHandle {
        self.handle.clone()
    }

    /// Stops the host; the report tells all.
    pub async fn stop(self) -> Report {
        self.host.stop().await
    }

    /// Waits until the host has ended by itself.
    pub async fn wait(self) -> Report {
        self.host.wait().await
    }
}

impl TestHostBuilder {
    fn of(host: HostBuilder) -> Self {
        TestHostBuilder {
            host,
            at: None,
            #[cfg(feature = "config")]
            layers: crate::config::Layers::new(),
        }
    }

    /// Runs these services or groups only.
    pub fn only<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.host = self.host.only(names);
        self
    }

    /// Leaves these services or groups out.
    pub fn except<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.host = self.host.except(names);
        self
    }

    /// Gives the host a value, in the place of any other of its type: no provider of it is called. A value in an `Arc` takes the
    /// place of what the `Arc` holds, as for `Arc<dyn Mailer>`.
    #[track_caller]
    pub fn provide<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        self.host.blueprint.replace(Origin::call(Location::caller()), value);
        self
    }

    /// Adds a provider.
    #[track_caller]
    pub fn provide_with<M>(mut self, name: impl Into<Name>, provider: impl IntoProvider<M>) -> Self {
        self.host = self.host.provide_with(name, provider);
        self
    }

    /// Adds a hosted service.
    #[track_caller]
    pub fn service<M>(mut self, name: impl Into<Name>, service: impl IntoHosted<M>) -> Self {
        self.host = self.host.service(name, service);
        self
    }

    /// Adds a timed service.
    #[track_caller]
    pub fn timed<M>(
        mut self,
        name: impl Into<Name>,
        schedule: impl Into<Schedule>,
        service: impl IntoTimed<M>,
    ) -> Self {
        self.host = self.host.timed(name, schedule, service);
        self
    }

    /// Adds a hook.
    #[track_caller]
    pub fn on<M>(mut self, moment: Moment, hook: impl IntoHook<M>) -> Self {
        self.host = self.host.on(moment, hook);
        self
    }

    /// Sets one value of the configuration: `config("host.stop_timeout", "1s")`.
    #[cfg(feature = "config")]
    pub fn config(mut self, key: &str, value: impl fmt::Display) -> Self {
        self.layers = self.layers.set(&format!("{key}={value}"));
        self
    }

    /// What the wall clock shows when the host starts; from there it goes with the runtime's time. Default: the time of day.
    pub fn at(mut self, time: impl Into<SystemTime>) -> Self {
        self.at = Some(time.into());
        self
    }

    /// Validates the plan and starts the host.
    ///
    /// # Errors
    /// An invalid plan, or a start that failed.
    pub async fn start(self) -> Result<TestHost, TestStartError> {
        #[cfg(feature = "config")]
        let mut host = self.host.configuration(self.layers);
        #[cfg(not(feature = "config"))]
        let mut host = self.host;
        host.wall = Wall::set(self.at.unwrap_or_else(|| Wall::default().now()));
        let host =
            host.build().map_err(TestStartError::Plan)?.start().await.map_err(TestStartError::Start)?;
        Ok(TestHost { handle: host.handle(), host })
    }
}

impl fmt::Debug for TestHostBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TestHostBuilder").field(&self.host).finish()
    }
}

/// Why a host under test did not come up.
pub enum TestStartError {
    /// Its plan is invalid.
    Plan(BuildError),
    /// Its start failed.
    Start(StartError),
}

impl fmt::Display for TestStartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TestStartError::Plan(error) => error.fmt(f),
            TestStartError::Start(error) => error.fmt(f),
        }
    }
}

/// The same text, and more: `unwrap` in a test shows what is wrong.
impl fmt::Debug for TestStartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TestStartError::Plan(error) => fmt::Debug::fmt(error, f),
            TestStartError::Start(error) => fmt::Debug::fmt(error, f),
        }
    }
}

impl std::error::Error for TestStartError {}
