//! What a worker names all the time: `use hostkit::prelude::*;`.

#[cfg(feature = "queue")]
pub use crate::{Attempt, Queue};
pub use crate::{Dep, Heartbeat, HostBuilder, HostHandle, Pause, Ready, ServiceOptions, Stop, Tasks, Tick};
pub use crate::{hosted_service, on, timed};
pub use std::time::Duration;
pub use tokio_util::sync::CancellationToken;
