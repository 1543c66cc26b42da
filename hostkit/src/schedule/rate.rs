//! A schedule as it was said, and the two that go by the monotonic clock.

use std::time::Duration;

#[cfg(feature = "cron")]
use super::Cron;

/// A fixed rate: due times lie this far apart, however long a run takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Every(Duration);

/// A fixed delay: this long after the last run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay(Duration);

/// When a timed service is due: [`Every`], [`Delay`] or, with the feature of that name, `Cron`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Schedule {
    /// At a fixed rate.
    Every(Every),
    /// With a fixed delay.
    Delay(Delay),
    /// At local dates and times.
    #[cfg(feature = "cron")]
    Cron(Cron),
}

macro_rules! spans {
    ($name:ident, $what:literal) => {
        impl $name {
            #[doc = $what]
            /// At least a millisecond, the resolution of the timer.
            pub const fn new(span: Duration) -> Self {
                $name(span)
            }

            /// The same, in seconds.
            pub const fn secs(seconds: u64) -> Self {
                $name(Duration::from_secs(seconds))
            }

            /// The same, in milliseconds.
            pub const fn millis(millis: u64) -> Self {
                $name(Duration::from_millis(millis))
            }

            /// The time that it was made of.
            pub const fn span(self) -> Duration {
                self.0
            }
        }

        impl From<$name> for Schedule {
            fn from(schedule: $name) -> Self {
                Schedule::$name(schedule)
            }
        }
    };
}

spans!(Every, "Due times this far apart.");
spans!(Delay, "This long between the end of a run and the next.");
