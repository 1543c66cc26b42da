//! Text goes in, checked values or one sentence with the help come out: the grammar of hostkit, written once.
//!
//! The attributes check literals with it while a program compiles, and the runtime checks files, environment and
//! command line with it when a program starts. Because both call [`check`], a mistake reads the same wherever it was made.
//!
//! ```
//! use hostkit_grammar::{Attribute, Given, Value, check, find};
//! use std::time::Duration;
//!
//! let every = find(Attribute::Timed, "every")?;
//! assert_eq!(check(every, &Given::Text("1m 30s"))?, Value::Duration(Duration::from_secs(90)));
//!
//! let problem = check(every, &Given::Text("10")).unwrap_err();
//! assert_eq!(problem.to_string(), r#"`every`: "10" has no unit: write "10s" for seconds or "10ms" for milliseconds"#);
//! # Ok::<(), hostkit_grammar::OptionProblem>(())
//! ```
//!
//! Pure functions only: no clock, no files, no dependencies.

pub mod bytes;
mod check;
pub mod cron;
pub mod duration;
pub mod field;
pub mod name;
mod options;
mod problem;
pub mod range;
pub mod rate;
pub mod section;
mod sentence;
pub mod setting;
mod snake;
mod suggest;
mod table;
mod together;
pub mod zone;

pub use check::{Given, Value, check, judge};
pub use options::{
    Attribute, Choice, Kind, Min, OptionSpec, SOMETHING, attributes_with, find, find_setting, of,
};
pub use problem::OptionProblem;
pub use sentence::Sentence;
pub use snake::snake_case;
pub use suggest::{Suggestion, nearest};
pub use table::{MOMENTS, MOST_WORKERS};
pub use together::{budget, conflicts, day_rule, has_effect, missing, without_effect};
