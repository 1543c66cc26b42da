//! A host's life: built, validated, started, supervised, stopped, reported. It names no kind of service.

mod builder;
mod clock_steps;
mod close;
#[cfg(feature = "config")]
mod configure;
mod core;
mod decide;
mod draft;
#[cfg(feature = "queue")]
mod drain;
mod executors;
mod handle;
mod hooks;
mod lease;
mod leave;
mod levels;
mod needs;
#[cfg(feature = "queue")]
mod order;
mod plan;
mod problem;
mod progress;
mod provide;
#[cfg(feature = "queue")]
mod queue;
#[cfg(feature = "queue")]
mod queues;
mod release;
mod report;
mod reporter;
mod request;
mod run;
#[cfg(feature = "config")]
mod sections;
mod service_report;
#[cfg(feature = "config")]
mod services;
mod settings;
mod signal;
mod similar;
mod start;
mod start_failure;
mod state;
mod stealable;
mod stop;
mod stuck;
mod supervise;
#[cfg(feature = "config")]
mod unmet;
mod validate;
mod waits;
mod watch;

pub use builder::HostBuilder;
pub(crate) use draft::Draft;
#[cfg(feature = "cli")]
pub(crate) use draft::Drafted;
pub use handle::{HostHandle, ServiceHandle};
pub(crate) use leave::{briefly, end_now, is_logged};
#[cfg(feature = "cli")]
pub(crate) use problem::short;
pub use problem::{BuildError, Problem, Provided};
pub use report::{HookReport, Outcome, ProviderReport, Report};
pub use request::StopCause;
pub use run::{Host, RunningHost, StartError};
#[cfg(all(feature = "cli", feature = "config"))]
pub(crate) use sections::known;
pub use service_report::ServiceReport;
#[cfg(feature = "log")]
pub(crate) use settings::Format;
pub(crate) use settings::LogSettings;
pub(crate) use signal::prepare;
#[cfg(feature = "cli")]
pub(crate) use signal::run_alone;
pub use start_failure::StartFailure;
pub use state::Status;
