//! `0 */15 * * * *` goes in, sets of seconds, minutes, hours, days and months come out, or a sentence for each wrong field, underlined.
//!
//! Five fields, `minute hour day-of-month month day-of-week`, or six with the `second` first; and `@yearly`, `@annually`,
//! `@monthly`, `@weekly`, `@daily`, `@midnight`, `@hourly`.
//!
//! | written | where | means |
//! |---|---|---|
//! | `5`, `MON`, `jan` | everywhere; names for months and weekdays | that one; 0 and 7 are both Sunday |
//! | `*` | everywhere | every one |
//! | `?` | both day fields | the same as `*` |
//! | `9-17` | everywhere | both ends and all between; `22-6`, `NOV-FEB` and `FRI-MON` go around the end of hours, months and weekdays |
//! | `*/15`, `5/15`, `9-17/2` | everywhere | each so many, from the first on; `5/15` goes on to the field's end |
//! | `1,15,20-25` | everywhere | any of them |
//! | `L`, `L-3` | day-of-month | the last day, and three days before it |
//! | `15W`, `LW`, `L-3W` | day-of-month | the weekday (Monday to Friday) nearest to that day, in the same month |
//! | `5L`, `FRIL` | day-of-week | the last Friday of the month |
//! | `5#2`, `FRI#2` | day-of-week | the second Friday of the month |
//!
//! A range that goes around the end of seconds, minutes or days of a month is taken for a slip and refused with the two
//! ranges that say the same.
//!
//! Where both day fields are restricted, the user says with [`Days`] which is meant; cron itself, Quartz and Cronos differ.
//! Therefore there are two stages: [`parse`] reads the text alone, [`Expression::with_days`] makes it a [`Cron`].

mod days;
mod element;
mod error;
mod expression;
mod field;
mod fields;
mod parse;
mod problem;
mod sentence;

pub use error::CronError;
pub use expression::{Cron, Days, Expression};
pub use field::Field;
pub use parse::parse;
pub use problem::CronProblem;
