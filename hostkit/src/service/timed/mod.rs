//! A timed service: a function that runs again and again, by a schedule.

mod backlog;
mod builder;
mod counts;
mod finish;
mod fire;
mod history;
mod in_flight;
mod options;
mod run;
mod state;

pub use builder::Timed;
pub(crate) use counts::Counts;
pub(crate) use history::{History, Overdue};
pub use history::{RunOutcome, RunReport};
pub use options::{FailureLevel, Missed, OnRunFailure, Overlap};
