//! What a worker names all the time: `use hostkit::prelude::*;`.

pub use crate::{Dep, Heartbeat, HostBuilder, HostHandle, Pause, Ready, ServiceOptions, Stop, Tasks, Tick};
pub use crate::{hosted_service, on, provides, timed};
pub use std::time::Duration;
pub use tokio_util::sync::CancellationToken;
