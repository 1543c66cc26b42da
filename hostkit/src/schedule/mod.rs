//! When a timer is due: [`Every`] at a fixed rate, [`Delay`] after the last run's end, `Cron` by the calendar.

// Pure: schedules and times go in, due times come out; no clock is read here and nothing waits.

#[cfg(feature = "cron")]
mod calendar;
#[cfg(feature = "cron")]
mod cron;
mod due_times;
#[cfg(feature = "cron")]
mod offset_span;
pub(crate) mod rate;
mod rhythm;
#[cfg(feature = "cron")]
mod seen_spans;
#[cfg(feature = "cron")]
mod times;
#[cfg(feature = "cron")]
mod wall_due_times;
#[cfg(feature = "cron")]
mod zone;

#[cfg(feature = "cron")]
pub use cron::Cron;
pub(crate) use due_times::{DueTimes, LEAST_TOLERANCE, TakenDueTimes};
#[cfg(feature = "cron")]
pub use hostkit_grammar::cron::Days;
pub(crate) use rate::Every;
pub use rate::{Delay, Schedule};
pub(crate) use rhythm::Rhythm;
