//! A whole host under test: on paused time, with a wall clock of its own, without signals, beside as many others as one likes.

mod builder;
#[cfg(feature = "queue")]
mod drain;
mod host;
mod into_time;
#[cfg(feature = "queue")]
mod queues;
mod settle;
mod start_error;

pub use builder::TestHostBuilder;
pub use host::TestHost;
pub use into_time::IntoTime;
pub use start_error::TestStartError;
