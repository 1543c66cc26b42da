//! Parameters and values: what a function asks for by type, and where it comes from.

mod dep;
mod function;
mod kind;
mod needs;
mod param;
mod scope;
mod shareable;
mod values;

pub use dep::Dep;
#[cfg(feature = "queue")]
pub(crate) use function::JobFunction;
pub(crate) use function::{Function, ParamList};
pub use kind::{HostedService, Kind, LifecycleHook, QueuedService, Stoppable, TimedService, ValueProvider};
pub use needs::Needs;
pub(crate) use needs::{Need, NeedSet, keys};
pub use param::{Param, ParamSlot};
pub use scope::{Context, Scope};
pub(crate) use scope::{HostContext, HostContextState, RunStop};
#[cfg(feature = "queue")]
pub(crate) use scope::{LazyStopToken, RunContext, RunStopSlot};
pub use shareable::Shareable;
pub(crate) use values::{AnyValue, Values};
