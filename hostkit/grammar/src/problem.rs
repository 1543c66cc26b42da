//! Every mistake that can be made with an option, as data; its one sentence says what is wrong and what would be right.

use crate::cron::CronError;
use crate::duration::{DurationProblem, show};
use crate::field::FieldProblem;
use crate::name::NameProblem;
use crate::options::{Attribute, Kind, OptionSpec, SOMETHING, find};
use crate::range::RangeProblem;
use crate::rate::RateProblem;
use crate::sentence::halves_of;
use crate::zone::UnknownZone;
use std::fmt;
use std::time::Duration;

/// What is wrong with an option.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionProblem {
    /// There is no option of this name here.
    Unknown {
        /// The name as written.
        name: String,
        /// Where it was written.
        on: Attribute,
        /// The option that was probably meant.
        nearest: Option<&'static str>,
        /// The attributes that do have an option of this name.
        elsewhere: Vec<Attribute>,
        /// The options that there are here.
        possible: Vec<&'static str>,
    },
    /// The option is written more than once.
    Twice {
        /// The option.
        option: &'static OptionSpec,
    },
    /// The option is written without a value.
    NoValue {
        /// The option.
        option: &'static OptionSpec,
    },
    /// The option has to be there.
    Missing {
        /// The option.
        option: &'static OptionSpec,
    },
    /// The option is one of those of which there is only one, and another of them is there.
    Beside {
        /// The option.
        option: &'static OptionSpec,
        /// The other one.
        beside: &'static str,
    },
    /// The value is of another kind than the option takes.
    WrongKind {
        /// The option.
        option: &'static OptionSpec,
        /// What was written instead.
        found: String,
        /// The value that was probably meant.
        help: Option<String>,
    },
    /// The value is no duration.
    Duration {
        /// The option.
        option: &'static OptionSpec,
        /// Why not.
        problem: DurationProblem,
    },
    /// The value is no range of durations.
    Range {
        /// The option.
        option: &'static OptionSpec,
        /// Why not.
        problem: RangeProblem,
    },
    /// The value is no rate.
    Rate {
        /// The option.
        option: &'static OptionSpec,
        /// Why not.
        problem: RateProblem,
    },
    /// The value is no path to a field.
    Field {
        /// The option.
        option: &'static OptionSpec,
        /// Why not.
        problem: FieldProblem,
    },
    /// A word that stands alone has a value.
    Alone {
        /// The option.
        option: &'static OptionSpec,
    },
    /// The value is no cron expression, or does not suit the option `days`.
    Cron {
        /// The option.
        option: &'static OptionSpec,
        /// Why not.
        problem: CronError,
    },
    /// The value cannot be the name of a time zone.
    NotAZone {
        /// The option.
        option: &'static OptionSpec,
        /// The value as written.
        text: String,
    },
    /// There is no time zone of this name.
    UnknownZone {
        /// The option.
        option: &'static OptionSpec,
        /// Its name, and the one that was probably meant.
        problem: UnknownZone,
    },
    /// The value is no name.
    Name {
        /// The option.
        option: &'static OptionSpec,
        /// Why not.
        problem: NameProblem,
    },
    /// A list names the same twice.
    Repeated {
        /// The option.
        option: &'static OptionSpec,
        /// What is there twice.
        name: String,
    },
    /// `0s` where that has no meaning.
    Zero {
        /// The option.
        option: &'static OptionSpec,
    },
    /// Shorter than a timer can tell.
    TooShort {
        /// The option.
        option: &'static OptionSpec,
        /// The value as written.
        text: String,
    },
    /// A backoff that begins at nothing, which stays nothing however often it is doubled.
    NeverGrows {
        /// The option.
        option: &'static OptionSpec,
        /// Where it was meant to grow to.
        to: Duration,
    },
    /// A number that is too small or too large.
    OutOfRange {
        /// The option.
        option: &'static OptionSpec,
        /// The number as written.
        number: i128,
        /// The smallest.
        least: u32,
        /// The largest.
        most: u32,
    },
    /// None of the words that the option takes.
    UnknownWord {
        /// The option.
        option: &'static OptionSpec,
        /// The word as written.
        word: String,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A budget of restarts that the backoff keeps from ever being used up.
    NeverUsedUp {
        /// `within`.
        option: &'static OptionSpec,
        /// Its value.
        within: Duration,
        /// The budget.
        restarts: u32,
        /// The least time that so many restarts take.
        take: Duration,
    },
    /// The option has no effect as the others are.
    NoEffect {
        /// The option.
        option: &'static OptionSpec,
    },
}

impl OptionProblem {
    /// The option it is about, if there is such an option.
    pub fn option(&self) -> Option<&'static OptionSpec> {
        match self {
            Self::Unknown { .. } => None,
            Self::Twice { option }
            | Self::NoValue { option }
            | Self::Missing { option }
            | Self::Beside { option, .. }
            | Self::Cron { option, .. }
            | Self::Rate { option, .. }
            | Self::Field { option, .. }
            | Self::Alone { option }
            | Self::NotAZone { option, .. }
            | Self::UnknownZone { option, .. }
            | Self::WrongKind { option, .. }
            | Self::Duration { option, .. }
            | Self::Range { option, .. }
            | Self::Name { option, .. }
            | Self::Repeated { option, .. }
            | Self::Zero { option }
            | Self::TooShort { option, .. }
            | Self::NeverGrows { option, .. }
            | Self::OutOfRange { option, .. }
            | Self::NeverUsedUp { option, .. }
            | Self::UnknownWord { option, .. }
            | Self::NoEffect { option } => Some(option),
        }
    }

    /// What is wrong, where the option is called `key`, such as `host.stop_timeout`.
    ///
    /// ```
    /// use hostkit_grammar::{Attribute, find};
    ///
    /// let problem = find(Attribute::Host, "stop_timeuot").unwrap_err();
    /// assert_eq!(problem.what("host.stop_timeuot"), "`host.stop_timeuot` is no option of [host]");
    /// assert!(problem.help().starts_with("did you mean `stop_timeout`? (possible: "));
    /// ```
    pub fn what(&self, key: &str) -> String {
        self.halves(key).0
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        self.halves("").1
    }

    fn halves(&self, key: &str) -> (String, String) {
        let name = match self {
            Self::Unknown { name, .. } => name,
            problem => problem.option().map_or("", |option| option.name),
        };
        halves_of(name, key, &self.to_string())
    }
}

impl fmt::Display for OptionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(option) = self.option() {
            write!(f, "`{}`", option.name)?;
        }
        match self {
            Self::Unknown { name, on, nearest, elsewhere, possible } => {
                write!(f, "`{name}` ")?;
                match elsewhere.as_slice() {
                    [] => write!(f, "is no option of {on}")?,
                    there => write!(f, "belongs to {}, not to {on}", attributes(there))?,
                }
                if let (Some(nearest), []) = (nearest, elsewhere.as_slice()) {
                    write!(f, ": did you mean `{nearest}`?")?;
                }
                let possible: Vec<_> = possible.iter().map(|option| format!("`{option}`")).collect();
                write!(f, " (possible: {})", possible.join(", "))
            }
            Self::Twice { .. } => f.write_str(" is written twice: keep one of them"),
            Self::NoValue { option } => {
                write!(f, " has no value: write `{} = {}`", option.name, example(option))
            }
            Self::Missing { option } if option.one_of.len() > 1 => {
                let ways = option.one_of.iter().filter_map(|name| find(option.on[0], name).ok());
                let ways: Vec<_> = ways.map(|way| format!("`{} = {}`", way.name, example(way))).collect();
                write!(f, " is missing: add {}, exactly one of them", series(&ways, "or"))
            }
            Self::Missing { option } => write!(f, " is missing: add `{} = {}`", option.name, example(option)),
            Self::Beside { option, beside } => {
                let all: Vec<_> = option.one_of.iter().map(|name| format!("`{name}`")).collect();
                let all = series(&all, "and");
                write!(f, " cannot stand beside `{beside}`: there is exactly one of {all}; keep one of them")
            }
            Self::WrongKind { option, found, help: Some(help) } => {
                write!(f, " takes {}, not {found}: write {help}", wanted(option))
            }
            Self::WrongKind { option, found, help: None } if option.kind == Kind::Names => {
                write!(f, " takes {}, not {found}: write names such as {}", wanted(option), example(option))
            }
            Self::WrongKind { option, found, help: None } => {
                write!(
                    f,
                    " takes {}, not {found}: write `{} = {}`",
                    wanted(option),
                    option.name,
                    example(option)
                )
            }
            Self::Duration { problem, .. } => write!(f, ": {problem}"),
            Self::Range { problem, .. } => write!(f, ": {problem}"),
            Self::Rate { problem, .. } => write!(f, ": {problem}"),
            Self::Field { problem, .. } => write!(f, ": {problem}"),
            Self::Alone { option } => {
                write!(f, " takes no value: write `{}` alone, or leave it out", option.name)
            }
            Self::Name { problem, .. } => write!(f, ": {problem}"),
            Self::Cron { problem, .. } => write!(f, ": {problem}"),
            Self::UnknownZone { problem, .. } => write!(f, ": {problem}"),
            Self::NotAZone { text, .. } => {
                write!(
                    f,
                    r#": {text:?} is no name of a time zone: write one such as "Europe/Berlin" or "UTC""#
                )
            }
            Self::Repeated { name, .. } => write!(f, r#" names "{name}" twice: keep one of them"#),
            Self::Zero { option } => {
                write!(f, " cannot be zero: write a duration such as {}", example(option))
            }
            Self::TooShort { text, .. } => {
                write!(
                    f,
                    r#" cannot be "{text}": the timer's resolution is one millisecond, so write "1ms" or more"#
                )
            }
            Self::NeverGrows { to, .. } => {
                let to = show(*to);
                write!(
                    f,
                    r#": a wait that begins at "0s" never grows: write "1ms..{to}", or "0s..0s" for no wait at all"#
                )
            }
            Self::OutOfRange { number, least, .. } if *number < i128::from(*least) => {
                write!(f, " must be at least {least}, not {number}: write {least} or more")
            }
            Self::OutOfRange { number, most, .. } => {
                write!(f, " must be at most {most}, not {number}: write a smaller number")
            }
            Self::UnknownWord { option, word, nearest: Some(nearest) } => {
                write!(
                    f,
                    r#" cannot be "{word}": did you mean "{nearest}"? (possible: {})"#,
                    words(option, ", ")
                )
            }
            Self::UnknownWord { option, word, nearest: None } => {
                write!(f, r#" cannot be "{word}": write {}"#, words(option, " or "))
            }
            Self::NeverUsedUp { within, restarts, take, .. } => {
                let (within, take) = (show(*within), show(*take));
                write!(
                    f,
                    " is {within}, but {restarts} restarts take at least {take} with this `backoff`, so that they are never \
                     used up and it is restarted for ever: make `within` longer, or `backoff` shorter, or `max_restarts` smaller"
                )
            }
            Self::NoEffect { option } => {
                let condition = |&(other, word): &(&str, &str)| match word {
                    SOMETHING => format!("`{other}`"),
                    word => format!(r#"`{other} = "{word}"`"#),
                };
                let conditions: Vec<_> = option.only_with.iter().map(condition).collect();
                let conditions = conditions.join(" or ");
                write!(f, " has no effect without {conditions}: write that, or remove `{}`", option.name)
            }
        }
    }
}

impl std::error::Error for OptionProblem {}

/// What the option takes, as a noun.
fn wanted(option: &OptionSpec) -> String {
    match option.kind {
        Kind::Name => "a name in quotes".to_owned(),
        Kind::Names => "a name or a list of names, in quotes".to_owned(),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Count { .. } => "a whole number".to_owned(),
        Kind::Duration(_) => "a duration in quotes".to_owned(),
        Kind::Range => "a range of durations in quotes".to_owned(),
        Kind::Rate => "a rate in quotes".to_owned(),
        Kind::Field => "the path to a field in quotes".to_owned(),
        Kind::Mark => "no value".to_owned(),
        Kind::Cron => "a cron expression in quotes".to_owned(),
        Kind::Zone => "the name of a time zone in quotes".to_owned(),
        Kind::Choice { .. } => words(option, " or "),
        Kind::Text => "text in quotes".to_owned(),
        Kind::Path => "a path in quotes".to_owned(),
        Kind::Crates => "a list of crates".to_owned(),
        Kind::Expression => "an expression".to_owned(),
    }
}

/// A value as it would be right.
fn example(option: &OptionSpec) -> String {
    match option.kind {
        Kind::Name => format!(r#""my_{}""#, if option.name == "name" { "service" } else { option.name }),
        Kind::Names => r#"["a", "b"]"#.to_owned(),
        Kind::Flag => "true".to_owned(),
        Kind::Count { least, .. } => option.default.map_or_else(|| (least + 2).to_string(), str::to_owned),
        // It has to be less than what lies between two due times.
        Kind::Duration(_) if option.name == "jitter" => r#""1s""#.to_owned(),
        Kind::Duration(_) => r#""10s""#.to_owned(),
        Kind::Range => r#""1s..1m""#.to_owned(),
        Kind::Rate => r#""100/s""#.to_owned(),
        Kind::Field => r#""user.id""#.to_owned(),
        Kind::Mark => String::new(),
        Kind::Cron => r#""*/15 * * * *""#.to_owned(),
        Kind::Zone => r#""Europe/Berlin""#.to_owned(),
        Kind::Choice { words, .. } => format!("{:?}", words[0].text),
        Kind::Text => format!("{:?}", option.default.unwrap_or_default()),
        Kind::Path => r#""path::to::hostkit""#.to_owned(),
        Kind::Crates => "[my_jobs]".to_owned(),
        Kind::Expression if option.name == "close" => "path::to::close".to_owned(),
        Kind::Expression => "|host| host".to_owned(),
    }
}

/// The words of the option, in quotes.
fn words(option: &OptionSpec, between: &str) -> String {
    let Kind::Choice { words, .. } = option.kind else { return String::new() };
    words.iter().map(|word| format!("{:?}", word.text)).collect::<Vec<_>>().join(between)
}

/// `a, b and c`
fn series(parts: &[String], last: &str) -> String {
    match parts {
        [first @ .., end] if !first.is_empty() => format!("{} {last} {end}", first.join(", ")),
        parts => parts.concat(),
    }
}

fn attributes(attributes: &[Attribute]) -> String {
    series(&attributes.iter().map(ToString::to_string).collect::<Vec<_>>(), "and")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::find;

    #[test]
    fn an_unknown_option_is_told_where_it_belongs_or_what_is_near() {
        let near = find(Attribute::Timed, "evry").unwrap_err().to_string();
        assert!(
            near.starts_with(
                "`evry` is no option of #[timed]: did you mean `every`? (possible: `every`, `delay`"
            ),
            "{near}"
        );
        let elsewhere = find(Attribute::On, "name").unwrap_err().to_string();
        assert_eq!(
            elsewhere,
            "`name` belongs to #[hosted_service], #[timed], #[queued] and #[provides], not to #[on] (possible: `crate`)"
        );
        let far = find(Attribute::Timed, "colour").unwrap_err().to_string();
        assert!(far.starts_with("`colour` is no option of #[timed] (possible: "), "{far}");
    }

    #[test]
    fn an_option_without_effect_names_what_would_give_it_one() {
        let option = find(Attribute::HostedService, "backoff").expect("an option");
        assert_eq!(
            OptionProblem::NoEffect { option }.to_string(),
            "`backoff` has no effect without `on_failure = \"restart\"` or `on_finish = \"restart\"`: write that, or remove `backoff`"
        );
    }
}
