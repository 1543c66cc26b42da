//! One reading of both clocks: the monotonic one that intervals go by, and the wall's.

use std::time::{Duration, SystemTime};

#[cfg(feature = "cron")]
use super::clock::later;
use super::clock::{self, Instant, WallClock};

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockReading {
    pub(crate) instant: Instant,
    pub(crate) wall: SystemTime,
}

impl ClockReading {
    /// Reads both, the wall's as this host has it.
    pub(crate) fn read(wall: WallClock) -> Self {
        ClockReading { instant: clock::now(), wall: wall.now() }
    }

    /// What the wall clock shows at that instant, as far as can be told from here.
    pub(crate) fn wall_at(&self, instant: Instant) -> SystemTime {
        let wall = match instant.checked_duration_since(self.instant) {
            Some(ahead) => self.wall.checked_add(ahead),
            None => self.wall.checked_sub(self.since(instant)),
        };
        wall.unwrap_or(self.wall)
    }

    /// That instant, seen from here.
    pub(crate) fn moment(&self, instant: Instant) -> ClockReading {
        ClockReading { instant, wall: self.wall_at(instant) }
    }

    /// When the wall clock shows that time, as far as can be told from here.
    #[cfg(feature = "cron")]
    pub(crate) fn at(&self, wall: SystemTime) -> ClockReading {
        let instant = match wall.duration_since(self.wall) {
            Ok(ahead) => later(self.instant, ahead),
            Err(behind) => self.instant.checked_sub(behind.duration()).unwrap_or(self.instant),
        };
        ClockReading { instant, wall }
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
        ClockReading {
            instant: self.instant.checked_sub(duration).unwrap_or(self.instant),
            wall: self.wall.checked_sub(duration).unwrap_or(self.wall),
        }
    }

    /// How long ago that was; zero if it lies ahead.
    pub(crate) fn since(&self, instant: Instant) -> Duration {
        self.instant.saturating_duration_since(instant)
    }
}
