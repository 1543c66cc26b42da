//! Everything that runs, one file a kind; to the host they are all just services.

mod declaration;
mod handler;
mod hook;
mod hosted;
mod offload;
mod options;
mod policy;
mod stateful;
mod timed;
mod work;

pub(crate) use declaration::{Declaration, Runner};
pub use handler::{Handler, IntoHook, IntoHosted, IntoTimed};
pub use hook::{Hook, Moment};
pub use hosted::Hosted;
pub use options::ServiceOptions;
pub(crate) use policy::Policy;
pub use policy::{OnFailure, OnFinish, OnRunFailure};
pub use stateful::{New, Stateful, Step, boxed, made, outcome, step, tried};
pub use timed::{Every, Timed};
pub use work::{Work, future, job};
