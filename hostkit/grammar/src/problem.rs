//! Every problem that an option can have, as data; its sentence says what is wrong and what would be right.

use crate::cron::CronError;
use crate::duration::{DurationProblem, show};
use crate::field::FieldProblem;
use crate::name::NameProblem;
use crate::options::{Attribute, Kind, OptionSpec, SOMETHING, find};
use crate::range::RangeProblem;
use crate::rate::RateProblem;
use crate::sentence::Sentence;
use crate::suggest::Suggestion;
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
    /// A rule that the table does not have refuses it.
    Refused {
        /// The option.
        option: &'static OptionSpec,
        /// What is wrong with it, without its name; and what to do.
        why: Sentence,
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
            | Self::Refused { option, .. }
            | Self::NoEffect { option } => Some(option),
        }
    }

    /// What a rule that the table does not have refuses, such as one that needs the runtime: "`option` {what}".
    pub fn refused(on: Attribute, option: &str, what: impl Into<String>, help: impl Into<String>) -> Self {
        match find(on, option) {
            Ok(option) => Self::Refused { option, why: Sentence::new(what, help) },
            Err(unknown) => unknown,
        }
    }

    /// What is wrong, where the option is called `key`, such as `host.stop_timeout`; and what to do about it.
    ///
    /// ```
    /// use hostkit_grammar::{Attribute, find};
    ///
    /// let problem = find(Attribute::Host, "stop_timeuot").unwrap_err().sentence_of("host.stop_timeuot");
    /// assert_eq!(problem.what, "`host.stop_timeuot` is no option of [host]");
    /// assert!(problem.help.starts_with("did you mean `stop_timeout`? (possible: "));
    /// ```
    pub fn sentence_of(&self, key: &str) -> Sentence {
        let about_value =
            |problem: Sentence| Sentence { what: format!("`{key}`: {}", problem.what), ..problem };
        let (what, help) = match self {
            Self::Duration { problem, .. } => return about_value(problem.sentence()),
            Self::Range { problem, .. } => return about_value(problem.sentence()),
            Self::Rate { problem, .. } => return about_value(problem.sentence()),
            Self::Field { problem, .. } => return about_value(problem.sentence()),
            Self::Name { problem, .. } => return about_value(problem.sentence()),
            Self::Cron { problem, .. } => return about_value(problem.sentence()),
            Self::UnknownZone { problem, .. } => return about_value(problem.sentence()),
            Self::NotAZone { text, .. } => {
                let help = r#"write one such as "Europe/Berlin" or "UTC""#;
                return about_value(Sentence::new(format!("{text:?} is no name of a time zone"), help));
            }
            Self::NeverGrows { to, .. } => {
                let help = format!(r#"write "1ms..{}", or "0s..0s" for no wait at all"#, show(*to));
                return about_value(Sentence::new(r#"a wait that begins at "0s" never grows"#, help));
            }
            Self::Unknown { on, nearest, elsewhere, possible, .. } => {
                let possible: Vec<_> = possible.iter().map(|option| format!("`{option}`")).collect();
                let possible = possible.join(", ");
                match elsewhere.as_slice() {
                    [] => (format!("is no option of {on}"), Suggestion::new(*nearest).among(&possible)),
                    there => (
                        format!("belongs to {}, not to {on}", attributes(there)),
                        Suggestion::new(None::<String>).among(&possible),
                    ),
                }
            }
            Self::Twice { .. } => ("is written twice".to_owned(), "keep one of them".to_owned()),
            Self::NoValue { option } => {
                ("has no value".to_owned(), format!("write `{} = {}`", option.name, example(option)))
            }
            Self::Missing { option } if option.one_of.len() > 1 => {
                let ways = option.one_of.iter().filter_map(|name| find(option.on[0], name).ok());
                let ways: Vec<_> = ways.map(|way| format!("`{} = {}`", way.name, example(way))).collect();
                ("is missing".to_owned(), format!("add {}, exactly one of them", series(&ways, "or")))
            }
            Self::Missing { option } => {
                ("is missing".to_owned(), format!("add `{} = {}`", option.name, example(option)))
            }
            Self::Beside { option, beside } => {
                let all: Vec<_> = option.one_of.iter().map(|name| format!("`{name}`")).collect();
                let all = series(&all, "and");
                (
                    format!("cannot stand beside `{beside}`"),
                    format!("there is exactly one of {all}; keep one of them"),
                )
            }
            Self::WrongKind { option, found, help } => (
                format!("takes {}, not {found}", wanted(option)),
                match help {
                    Some(help) => format!("write {help}"),
                    None if option.kind == Kind::Names => format!("write names such as {}", example(option)),
                    None => format!("write `{} = {}`", option.name, example(option)),
                },
            ),
            Self::Alone { option } => {
                ("takes no value".to_owned(), format!("write `{}` alone, or leave it out", option.name))
            }
            Self::Repeated { name, .. } => {
                (format!(r#"names "{name}" twice"#), "keep one of them".to_owned())
            }
            Self::Zero { option } => {
                ("cannot be zero".to_owned(), format!("write a duration such as {}", example(option)))
            }
            Self::TooShort { text, .. } => (
                format!(r#"cannot be "{text}""#),
                r#"the timer's resolution is one millisecond, so write "1ms" or more"#.to_owned(),
            ),
            Self::OutOfRange { number, least, .. } if *number < i128::from(*least) => {
                (format!("must be at least {least}, not {number}"), format!("write {least} or more"))
            }
            Self::OutOfRange { number, most, .. } => {
                (format!("must be at most {most}, not {number}"), "write a smaller number".to_owned())
            }
            Self::UnknownWord { option, word, nearest } => {
                let suggestion = Suggestion::new(*nearest).in_quotes();
                let help = match nearest {
                    Some(_) => suggestion.among(&words(option, ", ")),
                    None => format!("write {}", words(option, " or ")),
                };
                (format!(r#"cannot be "{word}""#), help)
            }
            Self::NeverUsedUp { within, restarts, take, .. } => {
                let (within, take) = (show(*within), show(*take));
                (
                    format!(
                        "is {within}, but {restarts} restarts take at least {take} with this `backoff`, so that they are never \
                         used up and it is restarted for ever"
                    ),
                    "make `within` longer, or `backoff` shorter, or `max_restarts` smaller".to_owned(),
                )
            }
            Self::NoEffect { option } => {
                let condition = |&(other, word): &(&str, &str)| match word {
                    SOMETHING => format!("`{other}`"),
                    word => format!(r#"`{other} = "{word}"`"#),
                };
                let conditions: Vec<_> = option.only_with.iter().map(condition).collect();
                (
                    format!("has no effect without {}", conditions.join(" or ")),
                    format!("write that, or remove `{}`", option.name),
                )
            }
            Self::Refused { why, .. } => (why.what.clone(), why.help.clone()),
        };
        Sentence { what: format!("`{key}` {what}"), help }
    }
}

impl fmt::Display for OptionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, nearest, elsewhere, .. } => {
                let Sentence { what, help } = self.sentence_of(name);
                let asks = nearest.is_some() && elsewhere.is_empty();
                if asks { write!(f, "{what}: {help}") } else { write!(f, "{what} ({help})") }
            }
            _ => self.sentence_of(self.option().map_or("", |option| option.name)).fmt(f),
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

    /// A new variant does not compile until it has a row here, and the test fails until the row has a sample below.
    fn row(problem: &OptionProblem) -> usize {
        match problem {
            OptionProblem::Unknown { .. } => 0,
            OptionProblem::Twice { .. } => 1,
            OptionProblem::NoValue { .. } => 2,
            OptionProblem::Missing { .. } => 3,
            OptionProblem::Beside { .. } => 4,
            OptionProblem::WrongKind { .. } => 5,
            OptionProblem::Duration { .. } => 6,
            OptionProblem::Range { .. } => 7,
            OptionProblem::Rate { .. } => 8,
            OptionProblem::Field { .. } => 9,
            OptionProblem::Alone { .. } => 10,
            OptionProblem::Cron { .. } => 11,
            OptionProblem::NotAZone { .. } => 12,
            OptionProblem::UnknownZone { .. } => 13,
            OptionProblem::Name { .. } => 14,
            OptionProblem::Repeated { .. } => 15,
            OptionProblem::Zero { .. } => 16,
            OptionProblem::TooShort { .. } => 17,
            OptionProblem::NeverGrows { .. } => 18,
            OptionProblem::OutOfRange { .. } => 19,
            OptionProblem::UnknownWord { .. } => 20,
            OptionProblem::NeverUsedUp { .. } => 21,
            OptionProblem::Refused { .. } => 22,
            OptionProblem::NoEffect { .. } => 23,
        }
    }

    #[test]
    fn every_help_helps() {
        use crate::{Given, Value, check, conflicts, missing, without_effect};
        use Attribute::{HostedService, Queued, Timed};
        let option = |on, name| find(on, name).expect("an option");
        let text = |on, name, text: &str| check(option(on, name), &Given::Text(text));
        let every = option(Timed, "every");
        let group = option(Timed, "group");
        let names = |names: &[&str]| {
            let list = names.iter().map(|name| Given::Text(name)).collect();
            check(option(Timed, "after"), &Given::List(list))
        };
        let budget = |within: &'static str| {
            let values = [("on_failure", "restart"), ("within", within)].map(|(name, text)| {
                (name, check(option(HostedService, name), &Given::Plain(text)).expect("a value"))
            });
            crate::budget(HostedService, |name| {
                values.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
            })
        };
        let (flag, zone) = (Value::Flag(true), UnknownZone::new("Europe/Berln", &["Europe/Berlin"]));
        let idle = |is_set: bool| {
            without_effect(HostedService, |name| (is_set && name == "within").then_some(&flag))
        };
        // The problem, the words of its help that are followed, and whether that was right.
        let samples: [(OptionProblem, &str, bool); 24] = [
            (find(Timed, "evry").unwrap_err(), "did you mean `every`?", find(Timed, "every").is_ok()),
            (OptionProblem::Twice { option: every }, "keep one", text(Timed, "every", "10s").is_ok()),
            (
                OptionProblem::NoValue { option: every },
                r#"write `every = "10s"`"#,
                text(Timed, "every", "10s").is_ok(),
            ),
            (
                missing(Timed, |_| false).remove(0),
                r#"add `every = "10s"`"#,
                missing(Timed, |name| name == "every").is_empty(),
            ),
            (
                conflicts(Timed, |name| name == "every" || name == "cron").remove(0),
                "keep one of them",
                conflicts(Timed, |name| name == "every").is_empty(),
            ),
            (
                text(HostedService, "max_restarts", "3").unwrap_err(),
                "write 3",
                check(option(HostedService, "max_restarts"), &Given::Integer(3)).is_ok(),
            ),
            (text(Timed, "every", "10").unwrap_err(), r#"write "10s""#, text(Timed, "every", "10s").is_ok()),
            (
                text(Queued, "backoff", "5s").unwrap_err(),
                r#""5s..5s""#,
                text(Queued, "backoff", "5s..5s").is_ok(),
            ),
            (
                text(Queued, "rate", "100").unwrap_err(),
                r#"write "100/s""#,
                text(Queued, "rate", "100/s").is_ok(),
            ),
            (
                text(Queued, "key", "user.").unwrap_err(),
                r#""user.id""#,
                text(Queued, "key", "user.id").is_ok(),
            ),
            (
                text(Queued, "in_memory", "x").unwrap_err(),
                "write `in_memory` alone",
                find(Queued, "in_memory").is_ok(),
            ),
            (
                text(Timed, "cron", "0 0 * * 8").unwrap_err(),
                "use 0-7",
                text(Timed, "cron", "0 0 * * 7").is_ok(),
            ),
            (
                text(Timed, "tz", "a b").unwrap_err(),
                r#""Europe/Berlin""#,
                text(Timed, "tz", "Europe/Berlin").is_ok(),
            ),
            (
                OptionProblem::UnknownZone { option: option(Timed, "tz"), problem: zone },
                r#"did you mean "Europe/Berlin"?"#,
                text(Timed, "tz", "Europe/Berlin").is_ok(),
            ),
            (
                check(group, &Given::Text("a b")).unwrap_err(),
                r#"write "a_b""#,
                text(Timed, "group", "a_b").is_ok(),
            ),
            (names(&["a", "a"]).unwrap_err(), "keep one of them", names(&["a"]).is_ok()),
            (text(Timed, "timeout", "0s").unwrap_err(), r#""10s""#, text(Timed, "timeout", "10s").is_ok()),
            (
                text(Timed, "every", "10us").unwrap_err(),
                r#"write "1ms""#,
                text(Timed, "every", "1ms").is_ok(),
            ),
            (
                text(Queued, "backoff", "0s..1m").unwrap_err(),
                r#"write "1ms..1m""#,
                text(Queued, "backoff", "1ms..1m").is_ok(),
            ),
            (
                check(option(Queued, "workers"), &Given::Integer(0)).unwrap_err(),
                "write 1 or more",
                check(option(Queued, "workers"), &Given::Integer(1)).is_ok(),
            ),
            (
                text(HostedService, "on_failure", "restrt").unwrap_err(),
                r#"did you mean "restart"?"#,
                text(HostedService, "on_failure", "restart").is_ok(),
            ),
            (budget("1s").expect("it is never used up"), "make `within` longer", budget("1h").is_none()),
            (OptionProblem::refused(Timed, "cron", "says never", "say when"), "say when", true),
            (idle(true).remove(0), "or remove `within`", idle(false).is_empty()),
        ];
        for (index, (problem, followed, is_right)) in samples.iter().enumerate() {
            assert_eq!(row(problem), index, "{problem}");
            assert!(problem.sentence_of("key").help.contains(followed) && *is_right, "{problem}");
        }
    }
}
