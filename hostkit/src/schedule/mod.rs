//! When a timer is due: pure. Schedules and times go in, due times come out; no clock is read here and nothing waits.

#[cfg(feature = "cron")]
mod been;
#[cfg(feature = "cron")]
mod calendar;
#[cfg(feature = "cron")]
mod cron;
mod line;
mod rate;
mod rhythm;
#[cfg(feature = "cron")]
mod stretch;
#[cfg(feature = "cron")]
mod times;
#[cfg(feature = "cron")]
mod wall;
#[cfg(feature = "cron")]
mod zone;

#[cfg(feature = "cron")]
pub use cron::Cron;
#[cfg(feature = "cron")]
pub use hostkit_grammar::cron::Days;
pub(crate) use line::{Line, Taken};
pub use rate::{Delay, Every, Schedule};
use rhythm::tolerance;
pub(crate) use rhythm::{LEAST_TOLERANCE, Rhythm};
