//! The two day fields and a month go in, its days come out as bits: bit 1 is the first, bit 31 the thirty-first.

/// A month of a year, as far as days are concerned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Month {
    /// The weekday of its first day, 0 is Sunday.
    first: u8,
    /// The number of its days.
    length: u8,
}

impl Month {
    /// Gregorian, in any year; `month` is 1-12.
    pub(crate) fn new(year: i16, month: u8) -> Self {
        const SHIFT: [i32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let year = i32::from(year) - i32::from(month < 3);
        let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let first = (year + leaps + SHIFT[usize::from(month) - 1] + 1).rem_euclid(7);
        let length = if month == 2 && !leap { 28 } else { longest(month) };
        Month { first: first as u8, length }
    }

    pub(crate) fn all(self) -> u32 {
        (u32::MAX >> (31 - self.length)) & !1
    }

    /// Every day of this weekday.
    fn each(self, weekday: u8) -> u32 {
        const WEEKLY: u32 = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28;
        (WEEKLY << self.first_of(weekday)) & self.all()
    }

    fn first_of(self, weekday: u8) -> u8 {
        1 + (weekday + 7 - self.first) % 7
    }

    /// The day from Monday to Friday nearest to this one, in the same month; a day that the month lacks has none.
    fn near(self, day: u8) -> u32 {
        if day == 0 || day > self.length {
            return 0;
        }
        1 << match (self.first + day - 1) % 7 {
            6 if day == 1 => day + 2,
            6 => day - 1,
            0 if day == self.length => day - 2,
            0 => day + 1,
            _ => day,
        }
    }
}

/// How long the month can be.
pub(crate) fn longest(month: u8) -> u8 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// What the field day-of-month says: each set has a bit for each day, or for each day before the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct MonthDays {
    pub(crate) plain: u32,
    pub(crate) back: u32,
    pub(crate) near: u32,
    pub(crate) near_back: u32,
}

impl MonthDays {
    pub(crate) fn of(&self, month: Month) -> u32 {
        let mut days = self.plain & month.all();
        for back in each(self.back).filter(|back| *back < month.length) {
            days |= 1 << (month.length - back);
        }
        for day in each(self.near) {
            days |= month.near(day);
        }
        for back in each(self.near_back) {
            days |= month.near(month.length.saturating_sub(back));
        }
        days
    }
}

/// What the field day-of-week says: each set has a bit for each weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct WeekDays {
    pub(crate) plain: u32,
    pub(crate) last: u32,
    pub(crate) nth: [u32; 5],
}

impl WeekDays {
    pub(crate) fn of(&self, month: Month) -> u32 {
        let mut days = 0;
        for weekday in each(self.plain) {
            days |= month.each(weekday);
        }
        for weekday in each(self.last) {
            days |= 1 << (31 - month.each(weekday).leading_zeros());
        }
        for (week, weekdays) in (0..).zip(self.nth) {
            for weekday in each(weekdays) {
                let day = month.first_of(weekday) + 7 * week;
                days |= if day <= month.length { 1 << day } else { 0 };
            }
        }
        days
    }
}

/// The numbers of the bits that are set.
fn each(bits: u32) -> impl Iterator<Item = u8> {
    let mut left = bits;
    std::iter::from_fn(move || {
        let bit = (left != 0).then(|| left.trailing_zeros() as u8)?;
        left &= left - 1;
        Some(bit)
    })
}
