//! Every mistake that can be made in a cron expression, as data.

use super::field::Field;

/// What is wrong with a cron expression. Its `Display` is the sentence alone, without the expression.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CronProblem {
    /// Nothing is written.
    Empty,
    /// Neither five nor six fields.
    FieldCount {
        /// How many are written.
        count: usize,
    },
    /// A duration, such as `10s`.
    Duration {
        /// As written.
        text: String,
    },
    /// `CRON_TZ=…` or `TZ=…`
    ZoneInside {
        /// What stands behind the `=`.
        zone: String,
    },
    /// `@reboot`
    Reboot,
    /// `@every 10s`
    Every {
        /// What stands behind it.
        text: String,
    },
    /// A word with `@` that there is not.
    UnknownWord {
        /// As written.
        word: String,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A number that the field does not have.
    OutOfRange {
        /// The field.
        field: Field,
        /// As written.
        number: String,
    },
    /// A name that the field does not have.
    UnknownName {
        /// The field.
        field: Field,
        /// As written.
        word: String,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// `*/0`
    StepZero {
        /// The field.
        field: Field,
    },
    /// A step such as that of `*/90`, after which nothing else of the field or range is left.
    StepBeyond {
        /// The field.
        field: Field,
        /// The step as written.
        step: String,
        /// The element as written.
        text: String,
        /// The only number that it reaches.
        from: u8,
    },
    /// A range that ends before it begins, in a field where it cannot go around the end.
    Backwards {
        /// The field.
        field: Field,
        /// The first end.
        from: u8,
        /// The second, which is less.
        to: u8,
    },
    /// `?` in a field that is no day.
    Question {
        /// The field.
        field: Field,
    },
    /// `L`, `W` or `#` in a field that has none.
    Elsewhere {
        /// The sign.
        sign: char,
        /// The field where it is written.
        field: Field,
        /// The field where it belongs.
        belongs: Field,
    },
    /// A day-of-week `L` without the weekday.
    NoWeekday,
    /// A day-of-month `W` without the day.
    NoDay,
    /// `L-31`
    LastBeyond {
        /// As written.
        days: String,
    },
    /// `FRI#6`
    Nth {
        /// The weekday.
        weekday: &'static str,
        /// As written.
        nth: String,
    },
    /// A comma with nothing on one of its sides.
    EmptyElement {
        /// The field.
        field: Field,
    },
    /// `5-`
    OpenRange {
        /// The field.
        field: Field,
        /// As written.
        text: String,
    },
    /// `5/`
    OpenStep {
        /// The field.
        field: Field,
        /// As written.
        text: String,
    },
    /// A character that no expression has.
    Foreign {
        /// The field.
        field: Field,
        /// The first such character.
        character: char,
    },
    /// Anything else.
    NotUnderstood {
        /// The field.
        field: Field,
        /// The part that makes no sense.
        text: String,
    },
    /// A day of the month that none of the months has.
    Never {
        /// The day as written.
        day: String,
        /// The months.
        months: Vec<&'static str>,
        /// The length of the longest of them.
        longest: u8,
    },
    /// With `days = "all"`, two day fields that never hold for the same day.
    NeverTogether {
        /// The field day-of-month.
        by_month: String,
        /// The field day-of-week.
        by_week: String,
    },
    /// Both day fields are restricted, and nothing says which is meant.
    DaysUnsaid,
    /// `days = …` beside an expression that does not restrict both day fields.
    DaysWithoutEffect {
        /// The only one that is restricted, if one is.
        restricted: Option<Field>,
    },
}
