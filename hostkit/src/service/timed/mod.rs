//! A timed service: a function that runs again and again, by a schedule.

mod builder;
mod fire;
mod history;
mod options;
mod run;
mod said;
mod tick;

pub use builder::Timed;
pub(crate) use history::{Counts, History};
pub use history::{RunOutcome, RunReport};
pub use options::{Missed, OnRunFailure, Overlap};
pub use tick::{Cause, Tick};
