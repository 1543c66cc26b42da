//! One look at both clocks: the monotonic one that intervals go by, and the wall's.

use std::time::{Duration, SystemTime};

use super::at::At;
use super::clock::WallClock;

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockReading {
    pub(crate) instant: At,
    pub(crate) wall: SystemTime,
}

impl ClockReading {
    /// Reads both, the wall's as this host has it.
    pub(crate) fn read(wall: WallClock) -> Self {
        ClockReading { instant: At::now(), wall: wall.now() }
    }

    /// What the wall clock shows at that instant, as far as can be told from here.
    pub(crate) fn wall_at(&self, instant: At) -> SystemTime {
        let wall = if instant <= self.instant {
            self.wall.checked_sub(self.instant.since(instant))
        } else {
            self.wall.checked_add(instant.since(self.instant))
        };
        wall.unwrap_or(self.wall)
    }

    /// That instant, seen from here.
    pub(crate) fn moment(&self, instant: At) -> ClockReading {
        ClockReading { instant, wall: self.wall_at(instant) }
    }

    /// When the wall clock shows that time, as far as can be told from here.
    #[cfg(feature = "cron")]
    pub(crate) fn at(&self, wall: SystemTime) -> ClockReading {
        let ahead = wall.duration_since(self.wall).unwrap_or_default();
        let behind = self.wall.duration_since(wall).unwrap_or_default();
        let instant = self.instant.later(ahead);
        ClockReading { instant: instant.checked_sub(behind).unwrap_or(instant), wall }
    }

    /// Both clocks this much later; nothing where one of them ends.
    pub(crate) fn later(&self, duration: Duration) -> Option<ClockReading> {
        Some(ClockReading {
            instant: self.instant.checked_add(duration)?,
            wall: self.wall.checked_add(duration)?,
        })
    }

    /// Both clocks this much earlier; a clock that did not run then stays where it is.
    pub(crate) fn earlier(&self, duration: Duration) -> ClockReading {
        if duration.is_zero() {
            return *self;
        }
        let instant = self.instant.checked_sub(duration);
        ClockReading {
            instant: instant.unwrap_or(self.instant),
            wall: self.wall.checked_sub(duration).unwrap_or(self.wall),
        }
    }

    /// How long ago that was; nothing if it lies ahead.
    pub(crate) fn since(&self, instant: At) -> Duration {
        self.instant.since(instant)
    }
}
