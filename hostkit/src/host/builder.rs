//! The builder: what is added here and what attributes declare become one blueprint.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

#[cfg(feature = "config")]
use super::plan::configure::configure;
use super::plan::draft::{Draft, DraftService};
use super::plan::problem::{BuildError, Problem};
use super::plan::settings::Settings;
use super::plan::validate::{Selection, validate};
use super::run::host::Host;
#[cfg(feature = "config")]
use crate::config::Layers;
use crate::registry::{Blueprint, Origin, missed};
use crate::schedule::Schedule;
#[cfg(feature = "queue")]
use crate::service::IntoQueued;
use crate::service::{IntoHook, IntoHosted, IntoProvider, IntoTimed, Moment};
use crate::state::ServiceName;
use crate::time::clock::WallClock;

/// Gathers what a host is made of.
///
/// ```
/// use hostkit::prelude::*;
/// use hostkit::{Every, Host};
///
/// struct Pool;
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), hostkit::BuildError> {
/// let host = Host::builder()
///     .provide(Pool)
///     .service("pump", |stop: Stop, _pool: Dep<Pool>| async move { stop.requested().await })
///     .timed("sweep", Every::secs(10), || async { tracing::info!("sweeping") })
///     .stop_timeout(Duration::from_secs(5))
///     .build()?; // the plan is validated here
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing happens until it is built and run"]
pub struct HostBuilder {
    pub(crate) blueprint: Blueprint,
    pub(crate) settings: Settings,
    pub(crate) selection: Selection,
    /// What was found wrong before the plan as a whole is looked at.
    pub(crate) problems: Vec<Problem>,
    pub(crate) wall: WallClock,
    under_test: bool,
    #[cfg(feature = "config")]
    layers: Layers,
}

impl HostBuilder {
    pub(crate) fn new() -> Self {
        HostBuilder {
            blueprint: Blueprint::default(),
            settings: Settings::default(),
            selection: Selection::default(),
            problems: Vec::new(),
            wall: WallClock::default(),
            under_test: false,
            #[cfg(feature = "config")]
            layers: Layers::new(),
        }
    }

    /// Adds every annotated function of every linked crate.
    ///
    /// A crate that no Rust path names is not linked, and its functions are not found. `use that_crate as _;` names one;
    /// [`main!`](crate::main), and [`link!`](crate::link) beside a `main` of your own or in a test, name all that can be seen to have
    /// services. The package's own library is linked by any attribute in the program, too. [`expect`](HostBuilder::expect) makes a service that
    /// is missing an invalid plan.
    pub fn discover(mut self) -> Self {
        self.blueprint.discover();
        self
    }

    /// Gives the host a value, for every [`Dep<T>`](crate::param::Dep) of its type. An `Arc<T>` (a trait object's, say) is a `Dep<T>` too.
    #[track_caller]
    pub fn provide<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        self.blueprint.provide(Origin::call(Location::caller()), value);
        self
    }

    /// Adds a provider: an `async` closure or function with parameters that returns a `Result` of the value, or a
    /// [`Provider`](crate::builder::Provider) with options. It is called when the host starts, and only if something needs the value.
    ///
    /// ```
    /// # use hostkit::{BoxError, Host, prelude::*};
    /// # struct Settings;
    /// struct Pool(Dep<Settings>);
    ///
    /// let host = Host::builder()
    ///     .provide(Settings)
    ///     .provide_with("pool", |settings: Dep<Settings>| async move { Ok::<_, BoxError>(Pool(settings)) })
    ///     .service("pump", |_pool: Dep<Pool>| async {});
    /// # assert!(host.build().is_ok());
    /// ```
    #[track_caller]
    pub fn provide_with<M>(mut self, name: impl Into<ServiceName>, provider: impl IntoProvider<M>) -> Self {
        self.blueprint.provider(Origin::call(Location::caller()), name, provider.into_provider());
        self
    }

    /// Adds a hosted service: an `async` closure or function with parameters, or a [`Hosted`](crate::builder::Hosted) with options.
    #[track_caller]
    pub fn service<M>(mut self, name: impl Into<ServiceName>, service: impl IntoHosted<M>) -> Self {
        self.blueprint.service(Origin::call(Location::caller()), name, service.into_hosted());
        self
    }

    /// Adds a timed service: an `async` closure or function with parameters, or a [`Timed`](crate::builder::Timed) with options.
    #[track_caller]
    pub fn timed<M>(
        mut self,
        name: impl Into<ServiceName>,
        schedule: impl Into<Schedule>,
        service: impl IntoTimed<M>,
    ) -> Self {
        self.blueprint.timed(Origin::call(Location::caller()), name, schedule, service.into_timed());
        self
    }

    /// Adds a queued service: an `async` closure or function of a job and parameters, or a [`Queued`](crate::builder::Queued) with options.
    #[cfg(feature = "queue")]
    #[track_caller]
    pub fn queued<M>(mut self, name: impl Into<ServiceName>, service: impl IntoQueued<M>) -> Self {
        self.blueprint.queued(Origin::call(Location::caller()), name, service.into_queued());
        self
    }

    /// Adds a hook: an `async` closure or function with parameters.
    #[track_caller]
    pub fn on<M>(mut self, moment: Moment, hook: impl IntoHook<M>) -> Self {
        let name = format!("on-{moment}");
        self.blueprint.hook(Origin::call(Location::caller()), name, moment, hook.into_hook());
        self
    }

    /// How long the whole start may take. Default: 60 s.
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.settings.start_timeout = timeout;
        self
    }

    /// How long the whole stop may take; it caps the services' own. Default: 25 s.
    pub fn stop_timeout(mut self, timeout: Duration) -> Self {
        self.settings.stop_timeout = timeout;
        self
    }

    /// How long closing may take once all services have ended. Default: 2 s.
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.settings.close_timeout = timeout;
        self
    }

    /// The wait between a stop request and the stop, in which readiness is red already. Default: none.
    pub fn drain_delay(mut self, delay: Duration) -> Self {
        self.settings.drain_delay = delay;
        self
    }

    /// How long a service may hold an executor thread before it is named. Default: 250 ms.
    pub fn stall_warning(mut self, limit: Duration) -> Self {
        self.settings.stall_warning = limit;
        self
    }

    /// Names that must be services of this host.
    pub fn expect<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.settings.expect.extend(names.into_iter().map(Into::into));
        self
    }

    /// Runs these services or groups only. Hooks always run.
    pub fn only<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.selection.only.get_or_insert_default().extend(names.into_iter().map(Into::into));
        self
    }

    /// Leaves these services or groups out.
    pub fn except<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.selection.except.extend(names.into_iter().map(Into::into));
        self
    }

    /// Lays configuration over everything that the code says, wherever this stands among the calls; called again, the later
    /// layers are above the earlier ones. A host that is built by hand reads none by itself.
    #[cfg(feature = "config")]
    pub fn configuration(mut self, layers: Layers) -> Self {
        self.layers = self.layers.under(layers);
        self
    }

    /// A test runs it.
    #[cfg(feature = "testing")]
    pub(crate) fn under_test(mut self) -> Self {
        self.under_test = true;
        self
    }

    /// What a plan would be made of.
    pub(crate) fn draft(self) -> Draft {
        let mut this = self;
        this.blueprint.entries.sort_by(|a, b| a.name.cmp(&b.name));
        #[cfg(feature = "config")]
        let this = this.configured();
        let missed = if this.blueprint.discovered { missed(&this.blueprint) } else { Vec::new() };
        let mut blueprint = this.blueprint;
        blueprint.hooks.sort_by(|a, b| a.name.cmp(&b.name));
        #[cfg_attr(not(feature = "config"), allow(unused_mut))]
        let mut draft = Draft {
            entries: blueprint.entries.into_iter().map(DraftService::of).collect(),
            hooks: blueprint.hooks,
            values: blueprint.values,
            given: blueprint.given,
            providers: blueprint.providers,
            #[cfg(feature = "config")]
            sections: blueprint.sections,
            settings: this.settings,
            selection: this.selection,
            problems: this.problems,
            warnings: Vec::new(),
            missed,
            wall: this.wall,
            under_test: this.under_test,
        };
        #[cfg(feature = "config")]
        {
            draft.warnings = super::plan::unused_variables::warnings(&draft);
        }
        draft
    }

    #[cfg(feature = "config")]
    fn configured(mut self) -> Self {
        let layers = std::mem::take(&mut self.layers);
        self.problems.extend(configure(&mut self.settings, &mut self.blueprint.entries, layers));
        self
    }

    /// Validates the plan.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once. Nothing has started.
    pub fn build(self) -> Result<Host, BuildError> {
        self.draft().build()
    }
}

impl Draft {
    /// Validates the plan.
    pub(crate) fn build(self) -> Result<Host, BuildError> {
        validate(self).map(Host::of).map_err(BuildError::of)
    }
}

impl fmt::Debug for HostBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostBuilder")
            .field("blueprint", &self.blueprint)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
