//! The only clock, and what is measured by it.

#[cfg(feature = "queue")]
pub(crate) mod at;
pub(crate) mod backoff;
pub(crate) mod clock;
pub(crate) mod clock_reading;
pub(crate) mod clock_step;
pub(crate) mod once_a_minute;
pub(crate) mod rfc3339;
pub(crate) mod tick_info;
pub(crate) mod wall_history;
