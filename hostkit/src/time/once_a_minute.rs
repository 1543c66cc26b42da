//! A warning that may be due many times a second goes in; once a minute it comes out, with how many times that was.

use std::time::Duration;

use super::clock::Instant;

const MINUTE: Duration = Duration::from_secs(60);

/// When a warning was last told, and what was not told since.
#[derive(Debug, Default)]
pub(crate) struct OnceAMinute {
    told: Option<Instant>,
    untold: u64,
}

impl OnceAMinute {
    /// So many more: how many there are to tell of, if it is time to tell.
    pub(crate) fn add(&mut self, count: u64, now: Instant) -> Option<u64> {
        self.untold = self.untold.saturating_add(count);
        if self.told.is_some_and(|told| now.saturating_duration_since(told) < MINUTE) {
            return None;
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_at_once_and_the_rest_together() {
        let (mut warning, begin) = (OnceAMinute::default(), crate::time::clock::now());
        let mut add = |second| warning.add(2, begin + Duration::from_secs(second));
        assert_eq!([add(5), add(6), add(64), add(65), add(66)], [Some(2), None, None, Some(6), None]);
    }
}
