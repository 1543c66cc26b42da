//! The door of generated code: nothing here is for people, and any of it may change with any release.

/// The enums and types that options name.
pub use crate::builder::{
    Backoff, FailureLevel, Lifetime, Missed, Moment, OnFailure, OnFinish, OnRunFailure, Overlap,
};
pub use crate::cli::{IntoConfigured, Program, main};
#[cfg(feature = "config")]
pub use crate::config::section::{Section, verdict};
#[cfg(feature = "queue")]
pub use crate::inject::QueuedService;
pub use crate::inject::Shareable;
pub use crate::inject::{Context, HostedService, LifecycleHook, ParamSlot, TimedService, ValueProvider};
pub use crate::outcome::result::returns;
#[cfg(feature = "queue")]
pub use crate::queue::Rate;
#[cfg(feature = "queue")]
pub use crate::queue::job::Sendable;
pub use crate::registry::{Blueprint, CodeLocation, Linkage, LinkedBy, Origin, Reachable, Registration};
#[cfg(feature = "cron")]
pub use crate::schedule::{Cron, Days};
pub use crate::schedule::{Delay, rate::Every};
pub use crate::service::{
    ByArc, ByReference, Call, CheckedProvider, CloseFuture, Constructor, ConstructorReturn, Hook, Hosted,
    Method, Provider, ProviderFn, ProviderFuture, ProviderJob, ReturnType, StartedCall, Stateful, Timed,
    Work, closing, future, job, made, made_by, makes, making, making_by, provided, step, taken, turn,
};
#[cfg(feature = "queue")]
pub use crate::service::{JobWork, KeyField, NeedsClone, Probe, Queued, storable};
pub use crate::{BoxError, Param};
pub use hostkit_macros::{link_crates, main_function};
pub use inventory;

/// The traits that tell return types apart. They have no names here, and are imported together: which of them generated code
/// calls depends on a type, and an import that nobody needs would be warned of.
pub mod of_return_types {
    pub use crate::service::{ResultOfShared as _, ResultOfValue as _, SharedReturn as _, ValueReturn as _};
}

/// The traits that tell a job which is `Clone` from one that is not.
#[cfg(feature = "queue")]
pub mod of_jobs {
    pub use crate::service::{CopiesByClone as _, CopiesNot as _};
}
