//! From a draft, which may be wrong, to a plan, which is proven. Pure: no tokio, no clock.

#[cfg(feature = "config")]
pub(super) mod configure;
pub(super) mod draft;
pub(super) mod levels;
pub(super) mod needs;
#[cfg(feature = "queue")]
pub(super) mod order;
pub(super) mod planned;
pub(super) mod problem;
#[cfg(feature = "queue")]
pub(super) mod queues;
#[cfg(feature = "config")]
pub(super) mod sections;
#[cfg(feature = "config")]
pub(super) mod services;
pub(super) mod settings;
pub(super) mod suggestion;
#[cfg(feature = "config")]
pub(super) mod unused_variables;
pub(super) mod validate;
