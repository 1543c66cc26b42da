//! The sets that an expression's fields amount to: an element goes in, its bits are added.

use super::days::{MonthDays, WeekDays};
use super::element::Element;
use super::field::Field;

/// Every field as sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) seconds: u64,
    pub(crate) minutes: u64,
    pub(crate) hours: u64,
    pub(crate) months: u64,
    pub(crate) month_days: MonthDays,
    pub(crate) week_days: WeekDays,
    /// Whether day-of-month is anything but `*`.
    pub(crate) by_month: bool,
    /// Whether day-of-week is anything but `*`.
    pub(crate) by_week: bool,
    /// Only numbers or lists of them in seconds, minutes and hours.
    pub(crate) fixed: bool,
}

impl Fields {
    /// Nothing yet, but the second 0 that five fields imply.
    pub(crate) fn new(seconds_are_written: bool) -> Self {
        Fields {
            seconds: u64::from(!seconds_are_written),
            minutes: 0,
            hours: 0,
            months: 0,
            month_days: MonthDays::default(),
            week_days: WeekDays::default(),
            by_month: false,
            by_week: false,
            fixed: true,
        }
    }

    pub(crate) fn add(&mut self, field: Field, element: Element) {
        match (field, element) {
            (_, Element::Set { all: true, .. }) if field.is_day() => {}
            (Field::DayOfMonth, _) => self.by_month = true,
            (Field::DayOfWeek, _) => self.by_week = true,
            (Field::Second | Field::Minute | Field::Hour, Element::Set { single: false, .. }) => {
                self.fixed = false;
            }
            _ => {}
        }
        match element {
            Element::Set { bits, .. } => match field {
                Field::Second => self.seconds |= bits,
                Field::Minute => self.minutes |= bits,
                Field::Hour => self.hours |= bits,
                Field::Month => self.months |= bits,
                Field::DayOfMonth => self.month_days.plain |= bits as u32,
                Field::DayOfWeek => self.week_days.plain |= bits as u32,
            },
            Element::Back { days, weekday: false } => self.month_days.back |= 1 << days,
            Element::Back { days, weekday: true } => self.month_days.near_back |= 1 << days,
            Element::Near { day } => self.month_days.near |= 1 << day,
            Element::Last { weekday } => self.week_days.last |= 1 << weekday,
            Element::Nth { weekday, nth } => self.week_days.nth[usize::from(nth) - 1] |= 1 << weekday,
        }
    }
}
