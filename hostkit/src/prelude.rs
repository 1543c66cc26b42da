//! What a worker names all the time: `use hostkit::prelude::*;`.

#[cfg(feature = "queue")]
pub use crate::{Attempt, Queue, queued};
#[cfg(feature = "config")]
pub use crate::{ByteSize, Config, Secret};
pub use crate::{Dep, Heartbeat, HostBuilder, HostHandle, Pause, Ready, ServiceOptions, Stop, Tasks, Tick};
pub use crate::{hosted_service, on, provides, timed};
#[cfg(feature = "config")]
pub use hostkit_macros::config;
pub use std::sync::Arc;
pub use std::time::Duration;
pub use tokio_util::sync::CancellationToken;
