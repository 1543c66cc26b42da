//! Everything that runs, one file a kind; to the host they are all just services.

mod declaration;
mod handler;
mod hook;
mod hosted;
mod method;
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
pub use method::{Makes, New, Step, made, made_by, makes, step, turn};
pub use options::{IntoNames, ServiceOptions};
pub use policy::{OnFailure, OnFinish, OnRunFailure};
pub(crate) use policy::{Policy, Terms};
pub use stateful::Stateful;
pub use timed::{Every, Timed};
pub use work::{Call, Called, Work, future, job};
