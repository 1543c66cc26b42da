//! The six fields: what each is called, its numbers and its names.

use crate::suggest::nearest;
use std::fmt;

/// A field of a cron expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// 0-59, only in expressions of six fields.
    Second,
    /// 0-59
    Minute,
    /// 0-23
    Hour,
    /// 1-31
    DayOfMonth,
    /// 1-12 or JAN-DEC
    Month,
    /// 0-7 or SUN-SAT; 0 and 7 are Sunday.
    DayOfWeek,
}

pub(crate) const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
pub(crate) const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Field {
    /// All six, in their order.
    pub const ALL: [Field; 6] =
        [Self::Second, Self::Minute, Self::Hour, Self::DayOfMonth, Self::Month, Self::DayOfWeek];

    /// The smallest number.
    pub(crate) fn least(self) -> u8 {
        match self {
            Self::DayOfMonth | Self::Month => 1,
            Self::Second | Self::Minute | Self::Hour | Self::DayOfWeek => 0,
        }
    }

    /// The largest number that means something of its own: a day-of-week 7 is 0 once more.
    pub(crate) fn most(self) -> u8 {
        match self {
            Self::Second | Self::Minute => 59,
            Self::Hour => 23,
            Self::DayOfMonth => 31,
            Self::Month => 12,
            Self::DayOfWeek => 6,
        }
    }

    /// Whether a range may go around the end: where people think in circles.
    pub(crate) fn is_round(self) -> bool {
        matches!(self, Self::Hour | Self::Month | Self::DayOfWeek)
    }

    pub(crate) fn is_day(self) -> bool {
        matches!(self, Self::DayOfMonth | Self::DayOfWeek)
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Month => &MONTHS,
            Self::DayOfWeek => &WEEKDAYS,
            _ => &[],
        }
    }

    /// The number of a name, in any case.
    pub(crate) fn number_of(self, name: &str) -> Option<u8> {
        let index = self.names().iter().position(|known| known.eq_ignore_ascii_case(name))?;
        u8::try_from(index).ok().map(|index| index + self.least())
    }

    /// The name that was probably meant: by its beginning (`Monday`), or by typing mistakes.
    pub(crate) fn nearest(self, word: &str) -> Option<&'static str> {
        let begins = |name: &&&str| word.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(name));
        self.names().iter().find(begins).copied().or_else(|| nearest(word, self.names().iter().copied()))
    }

    /// What may be written, for the end of a sentence.
    pub(crate) fn usable(self) -> &'static str {
        match self {
            Self::Second | Self::Minute => "0-59",
            Self::Hour => "0-23",
            Self::DayOfMonth => "1-31",
            Self::Month => "1-12 or JAN-DEC",
            Self::DayOfWeek => "0-7 or SUN-SAT",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day-of-month",
            Self::Month => "month",
            Self::DayOfWeek => "day-of-week",
        })
    }
}
