//! The door of generated code: nothing here is for people, and any of it may change with any release.

pub use crate::cli::{IntoConfigured, Program, Reachable, main};
#[cfg(feature = "config")]
pub use crate::config::{Section, verdict};
#[cfg(feature = "queue")]
pub use crate::inject::QueuedService;
pub use crate::inject::{Context, HostedService, LifecycleHook, Slot, TimedService, ValueProvider, param};
pub use crate::outcome::returns;
#[cfg(feature = "queue")]
pub use crate::queue::Rate;
pub use crate::registry::{Blueprint, Origin, Registration, Site};
#[cfg(feature = "cron")]
pub use crate::schedule::Cron;
pub use crate::schedule::{Delay, Every};
pub use crate::service::{
    ByArc, ByReference, Call, Called, Closing, Hook, Hosted, MadeJob, MadeTask, Makes, New, Provider,
    Provides, ResultOfShared, ResultOfValue, Returned, ServiceOptions, Shared, Sound, Stateful, Step, Timed,
    Value, Work, closing, future, job, made, made_by, makes, making, making_by, provided, step, taken, turn,
};
#[cfg(feature = "queue")]
pub use crate::service::{CopiesByClone, CopiesNot, JobWork, Probe, Queued, again, shown, storable};
pub use hostkit_macros::main_function;
pub use inventory;
