//! What a worker names all the time: `use hostkit::prelude::*;`.

#[cfg(feature = "config")]
pub use crate::config::{ByteSize, Config, Secret};
#[cfg(feature = "queue")]
pub use crate::param::Attempt;
pub use crate::param::{CancellationToken, Dep, Heartbeat, Pause, Ready, Stop, Tasks, Tick};
#[cfg(feature = "queue")]
pub use crate::queue::Queue;
pub use crate::{HostBuilder, HostHandle, hosted_service, on, provides, timed};
#[cfg(feature = "config")]
pub use hostkit_macros::config;
#[cfg(feature = "queue")]
pub use hostkit_macros::queued;
pub use std::sync::Arc;
pub use std::time::Duration;
