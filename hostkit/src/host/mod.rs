//! A host's life: built, validated, started, supervised, stopped, reported. It names no kind of service.

mod builder;
#[cfg(feature = "config")]
mod configure;
mod core;
mod decide;
#[cfg(feature = "queue")]
mod drain;
mod handle;
mod hooks;
mod leave;
mod levels;
#[cfg(feature = "queue")]
mod order;
mod plan;
mod problem;
#[cfg(feature = "queue")]
mod queue;
#[cfg(feature = "queue")]
mod queues;
mod report;
mod request;
mod run;
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
pub use service_report::ServiceReport;
