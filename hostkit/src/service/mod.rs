//! Everything that runs, one file a kind; to the host they are all just services.

mod closes;
mod common;
pub(crate) mod control;
mod declaration;
mod handler;
mod hook;
mod hosted;
mod into_provider;
mod maker;
mod method;
mod offload;
mod options;
mod policy;
mod pool_wait;
mod provider;
mod provider_return;
#[cfg(feature = "queue")]
mod queued;
mod run_scope;
mod state_value;
mod stateful;
mod timed;
mod work;

pub use closes::{ByArc, ByReference, CloseFuture, Closes, closing, taken};
pub(crate) use common::common_options;
pub use control::Triggered;
pub(crate) use control::{Control, NOT_RUNNING, TimerCommand};
pub(crate) use declaration::{Declaration, Definition, QueueControl, Runner};
pub use handler::{BlockingHandler, Handler, IntoHook, IntoHosted, IntoTimed};
pub use hook::{Hook, Moment};
pub use hosted::Hosted;
pub use into_provider::{BlockingProvider, IntoProvider};
pub use method::{Constructor, ConstructorReturn, Method, made, made_by, makes, step, turn};
#[cfg(feature = "testing")]
pub(crate) use offload::breathe;
pub(crate) use options::OptionSet;
pub(crate) use policy::Policy;
pub use policy::{OnFailure, OnFinish};
pub(crate) use provider::AnyProvider;
pub use provider::{Lifetime, Provider};
pub use provider_return::{
    CheckedProvider, ProviderFn, ProviderFuture, ProviderJob, ResultOfShared, ResultOfValue, ReturnType,
    SharedReturn, ValueReturn, making, making_by, provided,
};
#[cfg(feature = "queue")]
#[cfg_attr(not(feature = "testing"), allow(unreachable_pub))]
pub use queued::JobOutcome;
#[cfg(feature = "queue")]
pub use queued::{
    BlockingJobHandler, CopiesByClone, CopiesNot, IntoQueued, JobHandler, JobWork, Probe, Queued,
};
#[cfg(feature = "queue")]
pub use queued::{KeyField, NeedsClone, storable};
pub(crate) use run_scope::RunScope;
pub use stateful::Stateful;
pub(crate) use timed::{Counts, Overdue};
pub use timed::{FailureLevel, Missed, OnRunFailure, Overlap, RunOutcome, RunReport, Timed};
pub use work::{Call, StartedCall, Work, future, job};
