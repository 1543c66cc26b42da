//! What was declared, and where: by attributes in every linked crate, or by calls on the builder.

mod blueprint;
mod origin;
mod registration;

pub use blueprint::Blueprint;
pub(crate) use blueprint::{Entry, Given, HookEntry, ProviderEntry};
pub use origin::{Origin, Site};
pub use registration::Registration;
pub(crate) use registration::discovered;
