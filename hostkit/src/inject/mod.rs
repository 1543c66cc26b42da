//! Parameters and values: what a function asks for by type, and where it comes from.

mod dep;
mod kind;
mod needs;
mod param;
mod scope;
mod shareable;
mod values;

pub use dep::Dep;
pub use kind::{HostedService, Kind, LifecycleHook, QueuedService, Stoppable, TimedService, ValueProvider};
pub use needs::Needs;
pub(crate) use needs::{Want, Wants, keys};
pub use param::{Param, Slot};
pub use scope::{Context, Scope};
#[cfg(feature = "queue")]
pub(crate) use scope::{LateStop, OwnStop, Run};
pub(crate) use scope::{RunStop, Shared, SharedState};
pub use shareable::Shareable;
pub(crate) use values::{Made, Values};
