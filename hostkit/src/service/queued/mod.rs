//! A queued service: a function that runs once for each job enqueued.

mod builder;
mod demands;
mod disposition;
mod handler;
mod handler_config;
mod probe;
mod run_once;
mod run_values;
mod runner;
mod work;
mod worker;

pub use builder::Queued;
pub use demands::{KeyField, NeedsClone, storable};
pub use handler::{BlockingJobHandler, IntoQueued, JobHandler};
pub use probe::{CopiesByClone, CopiesNot, Probe};
#[cfg_attr(not(feature = "testing"), allow(unreachable_pub))]
pub use run_once::JobOutcome;
pub use work::JobWork;
