//! What a host under test is made of, and its start.

use std::fmt;
use std::panic::Location;
use std::time::SystemTime;

use super::into_time::IntoTime;
use super::{TestHost, TestStartError};
use crate::host::HostBuilder;
use crate::registry::Origin;
use crate::schedule::Schedule;
#[cfg(feature = "queue")]
use crate::service::IntoQueued;
use crate::service::{IntoHook, IntoHosted, IntoProvider, IntoTimed, Moment};
use crate::state::ServiceName;
use crate::time::clock::WallClock;

/// Builds the host of a test: what [`TestHost::discover`] and [`TestHost::empty`] give.
#[must_use = "nothing happens until it is started"]
pub struct TestHostBuilder {
    host: HostBuilder,
    at: Option<SystemTime>,
    #[cfg(feature = "config")]
    layers: crate::config::Layers,
}

impl TestHostBuilder {
    pub(super) fn of(host: HostBuilder) -> Self {
        TestHostBuilder {
            host: host.under_test(),
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
    pub fn provide_with<M>(mut self, name: impl Into<ServiceName>, provider: impl IntoProvider<M>) -> Self {
        self.host = self.host.provide_with(name, provider);
        self
    }

    /// Adds a hosted service.
    #[track_caller]
    pub fn service<M>(mut self, name: impl Into<ServiceName>, service: impl IntoHosted<M>) -> Self {
        self.host = self.host.service(name, service);
        self
    }

    /// Adds a timed service.
    #[track_caller]
    pub fn timed<M>(
        mut self,
        name: impl Into<ServiceName>,
        schedule: impl Into<Schedule>,
        service: impl IntoTimed<M>,
    ) -> Self {
        self.host = self.host.timed(name, schedule, service);
        self
    }

    /// Adds a queued service.
    #[cfg(feature = "queue")]
    #[track_caller]
    pub fn queued<M>(mut self, name: impl Into<ServiceName>, handler: impl IntoQueued<M>) -> Self {
        self.host = self.host.queued(name, handler);
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
    ///
    /// It is written as RFC 3339 does, or given as a [`SystemTime`], or what becomes one, such as `jiff::Zoned`:
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use hostkit::testing::TestHost;
    ///
    /// let host = TestHost::empty().at("2026-03-29T02:59:00+01:00");
    /// let host = host.at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_774_749_540));
    /// ```
    ///
    /// # Panics
    /// If a text is no such time.
    #[track_caller]
    pub fn at<M>(mut self, time: impl IntoTime<M>) -> Self {
        self.at = Some(time.into_time());
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
        host.wall = WallClock::set(self.at.unwrap_or_else(|| WallClock::default().now()));
        let host =
            host.build().map_err(TestStartError::Plan)?.start().await.map_err(TestStartError::Start)?;
        Ok(TestHost::of(host))
    }
}

impl fmt::Debug for TestHostBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TestHostBuilder").field(&self.host).finish()
    }
}
