//! A queued service: a function that runs once for each job enqueued.

mod attempt;
mod builder;
mod by_hand;
mod demands;
mod handler;
mod judge;
mod per_job;
mod probe;
mod runner;
mod trade;
mod work;
mod worker;

pub use attempt::Attempt;
pub use builder::Queued;
pub use by_hand::JobOutcome;
pub use demands::{Again, KeyField, storable};
pub use handler::{BlockingJobHandler, IntoQueued, JobHandler};
pub use probe::{CopiesByClone, CopiesNot, Probe};
pub use work::JobWork;
