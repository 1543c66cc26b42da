//! The door of generated code: nothing here is for people, and any of it may change with any release.

pub use crate::cli::{IntoConfigured, Program, Reachable, main};
pub use crate::inject::{Context, HostedService, LifecycleHook, QueuedService, Slot, TimedService, param};
pub use crate::outcome::returns;
#[cfg(feature = "queue")]
pub use crate::queue::Rate;
pub use crate::registry::{Blueprint, Origin, Registration, Site};
#[cfg(feature = "cron")]
pub use crate::schedule::Cron;
pub use crate::schedule::{Delay, Every};
pub use crate::service::{
    Call, Called, Hook, Hosted, Makes, New, ServiceOptions, Stateful, Step, Timed, Work, future, job, made,
    made_by, makes, step, turn,
};
#[cfg(feature = "queue")]
pub use crate::service::{CopiesByClone, CopiesNot, JobWork, Probe, Queued};
pub use hostkit_macros::main_function;
pub use inventory;
