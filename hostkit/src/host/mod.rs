//! A host's life: built, validated, started, supervised, stopped, reported. It names no kind of service.

mod builder;
#[cfg(feature = "config")]
mod configure;
mod core;
mod decide;
mod handle;
mod hooks;
mod leave;
mod levels;
mod plan;
mod problem;
mod report;
mod request;
mod run;
#[cfg(feature = "config")]
mod sections;
mod service_report;
mod settings;
mod signal;
mod start;
mod stealable;
mod stop;
mod supervise;
mod validate;
mod watch;

pub use builder::HostBuilder;
pub use core::Status;
pub use handle::{HostHandle, ServiceHandle};
pub use problem::{BuildError, Problem};
pub use report::{HookReport, Outcome, Report};
pub use request::StopCause;
pub use run::{Host, RunningHost, StartError};
#[cfg(all(feature = "cli", feature = "config"))]
pub(crate) use sections::known;
pub use service_report::ServiceReport;
