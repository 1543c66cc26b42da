//! An expression that has been read, and with the rule for its day fields a [`Cron`].

use super::days::Month;
use super::error::CronError;
use super::field::Field;
use super::fields::Fields;
use super::parse::{parse, words};
use super::problem::CronProblem;
use crate::options::Choice;
use std::fmt;
use std::ops::Range;

/// Which days are meant where both day fields are restricted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Days {
    /// Those for which one of the fields holds, as in Unix cron.
    Any,
    /// Those for which both hold.
    All,
}

impl Days {
    /// The rule that a word of the option `days` stands for.
    pub fn from_word(word: &Choice) -> Option<Days> {
        [Days::Any, Days::All].into_iter().find(|days| days.to_string() == word.text)
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any",
            Self::All => "all",
        })
    }
}

/// The fields of an expression, each sound by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    text: String,
    fields: Fields,
}

impl Expression {
    pub(crate) fn new(text: &str, fields: Fields) -> Self {
        Expression { text: text.to_owned(), fields }
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether neither day field is `*`, so that `days` has to say which is meant.
    pub fn restricts_both_days(&self) -> bool {
        self.fields.by_month && self.fields.by_week
    }

    /// Decides which days are meant.
    ///
    /// # Errors
    /// `days` is missing where both day fields are restricted, or given where they are not, or the two never hold together.
    pub fn with_days(&self, days: Option<Days>) -> Result<Cron, CronError> {
        let Fields { by_month, by_week, .. } = self.fields;
        let cron = Cron { expression: self.clone(), days };
        match (by_month && by_week, days) {
            (false, None) | (true, Some(Days::Any)) => Ok(cron),
            (true, Some(Days::All)) if cron.comes() => Ok(cron),
            (true, Some(Days::All)) => Err(self.error(self.day_fields(), self.never_together())),
            (true, None) => Err(self.error(self.day_fields(), CronProblem::DaysUnsaid)),
            (false, Some(_)) => {
                let restricted =
                    by_month.then_some(Field::DayOfMonth).or(by_week.then_some(Field::DayOfWeek));
                let free = self.day_fields().into_iter().zip([by_month, by_week]).filter(|(_, used)| !used);
                Err(self.error(
                    free.map(|(place, _)| place).collect(),
                    CronProblem::DaysWithoutEffect { restricted },
                ))
            }
        }
    }

    fn error(&self, places: Vec<Range<usize>>, problem: CronProblem) -> CronError {
        CronError::new(&self.text, vec![(problem, places)])
    }

    /// Where day-of-month and day-of-week stand; for a word such as `@daily`, all of it.
    fn day_fields(&self) -> Vec<Range<usize>> {
        let places: Vec<_> = words(&self.text).into_iter().map(|(place, _)| place).collect();
        match places.as_slice() {
            [.., day, _, weekday] => vec![day.clone(), weekday.clone()],
            few => few.iter().chain(few).cloned().collect(),
        }
    }

    fn never_together(&self) -> CronProblem {
        let mut texts = self.day_fields().into_iter().map(|place| self.text[place].to_owned());
        let mut next = || texts.next().unwrap_or_default();
        CronProblem::NeverTogether { by_month: next(), by_week: next() }
    }
}

/// A cron expression, complete and sound: some day it comes.
///
/// ```
/// use hostkit_grammar::cron::{Cron, Days};
///
/// let payday = Cron::parse("30 9 LW * *", None)?;
/// assert!(payday.is_fixed());
/// assert_eq!(payday.days_of(2026, 5), 1 << 29); // the 31st is a Sunday
///
/// let unlucky = Cron::parse("0 0 13 * FRI", Some(Days::All))?;
/// assert_eq!(unlucky.days_of(2026, 2), 1 << 13);
/// # Ok::<(), hostkit_grammar::cron::CronError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    expression: Expression,
    days: Option<Days>,
}

impl Cron {
    /// Reads an expression and decides which days are meant.
    ///
    /// # Errors
    /// A [`CronError`] of either step.
    pub fn parse(text: &str, days: Option<Days>) -> Result<Cron, CronError> {
        parse(text)?.with_days(days)
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        self.expression.text()
    }

    /// The rule for two restricted day fields.
    pub fn days(&self) -> Option<Days> {
        self.days
    }

    /// Whether seconds, minutes and hours are only numbers or lists of them: such times run exactly once per local
    /// date, all others follow real time when clocks are changed.
    pub fn is_fixed(&self) -> bool {
        self.expression.fields.fixed
    }

    /// A bit for each second, 0-59.
    pub fn seconds(&self) -> u64 {
        self.expression.fields.seconds
    }

    /// A bit for each minute, 0-59.
    pub fn minutes(&self) -> u64 {
        self.expression.fields.minutes
    }

    /// A bit for each hour, 0-23.
    pub fn hours(&self) -> u64 {
        self.expression.fields.hours
    }

    /// A bit for each month, 1-12.
    pub fn months(&self) -> u64 {
        self.expression.fields.months
    }

    /// A bit for each day of this month that matches, 1-31; none where the month itself does not, or is no month.
    pub fn days_of(&self, year: i16, month: u8) -> u32 {
        if !(1..=12).contains(&month) || self.months() & (1 << month) == 0 {
            return 0;
        }
        let (fields, month) = (&self.expression.fields, Month::new(year, month));
        let (by_month, by_week) = (fields.month_days.of(month), fields.week_days.of(month));
        match (fields.by_month, fields.by_week, self.days) {
            (false, false, _) => month.all(),
            (true, false, _) => by_month,
            (false, true, _) => by_week,
            (true, true, Some(Days::Any)) => by_month | by_week,
            (true, true, _) => by_month & by_week,
        }
    }

    /// Whether any day ever matches: the calendar repeats after 400 years.
    fn comes(&self) -> bool {
        (2000..2400).any(|year| (1..=12).any(|month| self.days_of(year, month) != 0))
    }
}
