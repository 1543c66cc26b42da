//! Everything that runs, one file a kind; to the host they are all just services.

pub(crate) mod control;
mod declaration;
mod handler;
mod hook;
mod hosted;
mod method;
mod offload;
mod options;
mod policy;
#[cfg(feature = "queue")]
mod queued;
mod stateful;
mod timed;
mod work;

pub use control::Triggered;
pub(crate) use control::{Control, DEAF, Word};
pub(crate) use declaration::{Declaration, Runner};
pub use handler::{Handler, IntoHook, IntoHosted, IntoTimed};
pub use hook::{Hook, Moment};
pub use hosted::Hosted;
pub use method::{Makes, New, Step, made, made_by, makes, step, turn};
#[cfg(feature = "testing")]
pub(crate) use offload::breathe;
pub use options::{IntoNames, ServiceOptions};
pub use policy::{OnFailure, OnFinish};
pub(crate) use policy::{Policy, Terms};
#[cfg(feature = "queue")]
pub use queued::{
    Attempt, BlockingJobHandler, CopiesByClone, CopiesNot, IntoQueued, JobHandler, JobWork, Probe, Queued,
};
pub use stateful::Stateful;
pub(crate) use timed::Counts;
pub use timed::{Cause, Missed, OnRunFailure, Overlap, RunOutcome, RunReport, Tick, Timed};
pub use work::{Call, Called, Work, future, job};
