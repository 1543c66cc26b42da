//! A timed service: a function that runs again and again, by a schedule.

mod aim;
mod at_work;
mod begin;
mod builder;
mod counts;
mod ended;
mod expected;
mod fire;
mod going;
mod heard;
mod history;
mod near;
mod options;
mod overlap;
mod run;
mod runs;
mod said;
mod tick;
mod waiting;

pub use builder::Timed;
pub(crate) use counts::Counts;
pub(crate) use expected::Overdue;
pub(crate) use history::History;
pub use history::{RunOutcome, RunReport};
pub use options::{FailureLevel, Missed, OnRunFailure, Overlap};
pub use tick::{Cause, Tick};
