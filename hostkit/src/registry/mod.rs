//! What was declared, and where: by attributes in every linked crate, or by calls on the builder.

mod blueprint;
mod linkage;
mod origin;
mod registration;

pub use blueprint::Blueprint;
pub(crate) use blueprint::{GivenValue, HookEntry, ProviderEntry, ServiceEntry};
pub use linkage::{Linkage, LinkedBy, Reachable};
pub(crate) use linkage::{how_to_link, missed};
pub use origin::{CodeLocation, Origin};
pub use registration::Registration;
pub(crate) use registration::{discovered, linkages};
