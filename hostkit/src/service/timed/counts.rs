//! What is counted of a timer, and how that reads.

use std::fmt;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Runs that were still going when the next due time came, whatever the overlap policy made of it.
    pub(crate) overruns: u64,
    /// Due times that did not run, because the run before was still going.
    pub(crate) overlapped: u64,
    /// Due times that did not run, because the timer was paused.
    pub(crate) paused: u64,
    /// Due times that passed while the process could not run.
    pub(crate) missed: u64,
    /// Runs that began late.
    pub(crate) late: u64,
    /// Due times at which nothing happened.
    pub(crate) overdue: u64,
}

impl Counts {
    pub(crate) fn skipped(&self) -> u64 {
        self.overlapped + self.paused
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Counts::default()
    }
}

impl fmt::Display for Counts {
    /// `3 overruns, 4 skipped (the run before was still going), 1 skipped (paused), 2 missed, 1 late, 1 overdue`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let overruns = if self.overruns == 1 { "overrun" } else { "overruns" };
        let parts = [
            (self.overruns, overruns),
            (self.overlapped, "skipped (the run before was still going)"),
            (self.paused, "skipped (paused)"),
            (self.missed, "missed"),
            (self.late, "late"),
            (self.overdue, "overdue"),
        ];
        let mut between = "";
        for (count, what) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{between}{count} {what}")?;
            between = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_counted_is_told() {
        assert_eq!(Counts::default().to_string(), "");
        let counts = Counts { overruns: 1, overlapped: 2, paused: 3, overdue: 4, ..Counts::default() };
        assert_eq!(
            counts.to_string(),
            "1 overrun, 2 skipped (the run before was still going), 3 skipped (paused), 4 overdue"
        );
        assert_eq!(counts.skipped(), 5);
    }
}
