//! What the clock shows around a leap, instant by instant.

use super::leaps::{Leap, offset};
use jiff::tz::TimeZone;

/// Instants in their order, each with the local time that the clock then shows.
pub(crate) struct Walk(pub(crate) Vec<(i64, i64)>);

impl Walk {
    /// So far before and after the leap, and beyond that as far as it leaps.
    pub(crate) fn around(zone: &TimeZone, leap: &Leap, window: i64, by_seconds: bool) -> Self {
        let step = if by_seconds { 1 } else { 60 };
        let reach = window + (leap.after - leap.before).abs() + 7200;
        let instants = (leap.at - reach..leap.at + reach).step_by(step);
        Walk(instants.map(|instant| (instant, instant + offset(zone, instant))).collect())
    }
}
