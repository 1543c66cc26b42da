//! A timed service: a function that runs again and again, by a schedule.

mod attempts;
mod builder;
mod fire;
mod history;
mod in_flight;
mod options;
mod run;
mod state;

pub use builder::Timed;
pub(crate) use history::{Counts, History, Overdue};
pub use history::{RunOutcome, RunReport};
pub use options::{FailureLevel, Missed, OnRunFailure, Overlap};
