//! A host's life: built, validated, started, supervised, stopped, reported. It names no kind of service.

mod builder;
mod plan;
mod run;
mod view;

pub use builder::HostBuilder;
pub(crate) use plan::draft::Draft;
#[cfg(feature = "cli")]
pub(crate) use plan::draft::DraftService;
pub use plan::problem::{BuildError, Problem, Provided};
#[cfg(all(feature = "cli", feature = "config"))]
pub(crate) use plan::sections::known;
#[cfg(feature = "log")]
pub(crate) use plan::settings::LogFormat;
pub(crate) use plan::settings::LogSettings;
#[cfg(feature = "cli")]
pub(crate) use plan::wiring::{Part, Suppliers};
pub use run::host::{Host, RunningHost, StartError};
pub(crate) use run::watchdog::exit::{briefly, end_now, is_logged, unlogged_by};
pub(crate) use run::watchdog::signal::prepare;
#[cfg(feature = "cli")]
pub(crate) use run::watchdog::signal::run_alone;
pub use view::handle::HostHandle;
pub use view::report::{HookReport, Outcome, ProviderReport, Report};
pub use view::request::StopCause;
pub use view::service_handle::ServiceHandle;
pub use view::service_report::{QueueReport, ServiceReport, TimerReport};
pub use view::start_failure::StartFailure;
pub use view::state::Status;
pub use view::timer_handle::TimerHandle;
