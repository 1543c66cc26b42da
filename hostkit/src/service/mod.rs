//! Everything that runs, one file a kind; to the host they are all just services.

mod closes;
mod common;
pub(crate) mod control;
mod declaration;
mod fresh;
mod handler;
mod hook;
mod hosted;
mod method;
mod offload;
mod options;
mod policy;
mod pool_wait;
mod provided;
mod provider;
mod provides;
#[cfg(feature = "queue")]
mod queued;
mod stateful;
mod timed;
mod value;
mod work;

pub use closes::{ByArc, ByReference, Closes, Closing, closing, taken};
pub use common::{IntoNames, ServiceOptions};
pub use control::Triggered;
pub(crate) use control::{Control, NOT_RUNNING, TimerCommand};
pub(crate) use declaration::{Declaration, Made, Runner};
pub(crate) use fresh::Fresh;
pub use handler::{Handler, IntoHook, IntoHosted, IntoTimed};
pub use hook::{Hook, Moment};
pub use hosted::Hosted;
pub use method::{Makes, New, Step, made, made_by, makes, step, turn};
#[cfg(feature = "testing")]
pub(crate) use offload::breathe;
pub(crate) use options::Options;
pub use policy::{OnFailure, OnFinish};
pub(crate) use policy::{Policy, Terms};
pub use provided::{
    MadeJob, MadeTask, Provides, ResultOfShared, ResultOfValue, Returned, Shared, Sound, Value, making,
    making_by, provided,
};
pub(crate) use provider::Provision;
pub use provider::{Lifetime, Provider};
pub use provides::IntoProvider;
#[cfg(feature = "queue")]
pub use queued::{Again, KeyField, storable};
#[cfg(feature = "queue")]
pub use queued::{
    Attempt, BlockingJobHandler, CopiesByClone, CopiesNot, IntoQueued, JobHandler, JobOutcome, JobWork,
    Probe, Queued,
};
pub use stateful::Stateful;
pub use timed::{Cause, FailureLevel, Missed, OnRunFailure, Overlap, RunOutcome, RunReport, Tick, Timed};
pub(crate) use timed::{Counts, Overdue};
pub use work::{Call, Called, Work, future, job};
