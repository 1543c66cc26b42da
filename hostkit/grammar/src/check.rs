//! A row of the table and a value as somebody wrote it go in, the checked value or its problem comes out.

use crate::cron::{self, Expression};
use crate::duration::DurationProblem;
use crate::options::{Choice, Kind, Min, OptionSpec};
use crate::problem::OptionProblem;
use crate::range::RangeProblem;
use crate::rate::{self, Rate, RateProblem};
use crate::suggest::nearest;
use crate::{duration, field, name, range};
use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

/// A value as it was written.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Given<'a> {
    /// Text in quotes.
    Text(&'a str),
    /// A whole number.
    Integer(i128),
    /// `true` or `false`.
    Flag(bool),
    /// A list.
    List(Vec<Given<'a>>),
    /// Text that has no type of its own, from the environment or the command line: read as the option asks.
    Plain(&'a str),
    /// Rust tokens that are no literal, such as `10s` without quotes.
    Bare(&'a str),
    /// Anything else, described: "a table".
    Other(&'a str),
}

/// A value that has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// A [`Kind::Name`], a [`Kind::Path`], a [`Kind::Zone`], a [`Kind::Field`] or a
    /// [`Kind::Text`].
    Text(String),
    /// A [`Kind::Names`], or a [`Kind::Crates`].
    Names(Vec<String>),
    /// A [`Kind::Flag`].
    Flag(bool),
    /// A [`Kind::Count`].
    Count(u32),
    /// A [`Kind::Duration`].
    Duration(Duration),
    /// A [`Kind::Range`]; the first is never longer than the second.
    Range(Duration, Duration),
    /// A [`Kind::Rate`].
    Rate(Rate),
    /// A [`Kind::Cron`]; [`day_rule`](crate::day_rule) asks whether `days` suits it.
    Cron(Expression),
    /// A [`Kind::Choice`].
    Choice(&'static Choice),
}

impl fmt::Display for Value {
    /// As somebody would write it on the command line: `10s`, `1s..1m`, `a,b`, `true`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Names(names) => f.write_str(&names.join(",")),
            Self::Flag(flag) => flag.fmt(f),
            Self::Count(count) => count.fmt(f),
            Self::Duration(value) => duration::show(*value).fmt(f),
            Self::Range(from, to) => write!(f, "{}..{}", duration::show(*from), duration::show(*to)),
            Self::Rate(rate) => rate.fmt(f),
            Self::Cron(expression) => f.write_str(expression.text()),
            Self::Choice(word) => f.write_str(word.text),
        }
    }
}

/// Checks a value against its option.
///
/// ```
/// use hostkit_grammar::{Attribute, Given, Value, check, find};
///
/// let restarts = find(Attribute::HostedService, "max_restarts")?;
/// assert_eq!(check(restarts, &Given::Integer(3))?, Value::Count(3));
/// assert_eq!(check(restarts, &Given::Plain("3"))?, Value::Count(3)); // HOSTKIT__SERVICES__PUMP__MAX_RESTARTS=3
/// assert!(check(restarts, &Given::Text("3")).is_err()); // files are strict: a text is no number
/// # Ok::<(), hostkit_grammar::OptionProblem>(())
/// ```
///
/// # Errors
/// The first [`OptionProblem`] of the value.
pub fn check(option: &'static OptionSpec, given: &Given<'_>) -> Result<Value, OptionProblem> {
    match (option.kind, given) {
        (Kind::Flag, Given::Flag(flag)) => Ok(Value::Flag(*flag)),
        (Kind::Flag, Given::Plain(text)) => {
            text.trim().parse().map(Value::Flag).map_err(|_| wrong(option, given))
        }
        (Kind::Count { least, most }, Given::Integer(number)) => count(option, least..=most, *number),
        (Kind::Count { least, most }, Given::Plain(text)) => match text.trim().parse() {
            Ok(number) => count(option, least..=most, number),
            Err(_) => Err(wrong(option, given)),
        },
        (Kind::Names | Kind::Crates, Given::List(list)) => names(option, list),
        (Kind::Names | Kind::Crates, Given::Plain(text)) if text.trim().starts_with('[') => {
            names(option, &elements(text).into_iter().map(Given::Text).collect::<Vec<_>>())
        }
        (Kind::Names | Kind::Crates, Given::Plain(text)) if text.contains(',') => {
            names(option, &elements(text).into_iter().map(Given::Text).collect::<Vec<_>>())
        }
        (Kind::Names | Kind::Crates, Given::Text(text)) if text.contains(',') => Err(wrong(option, given)),
        (_, Given::Text(text) | Given::Plain(text)) => from_text(option, text, given),
        _ => Err(wrong(option, given)),
    }
}

/// The kinds that are written as text.
fn from_text(option: &'static OptionSpec, text: &str, given: &Given<'_>) -> Result<Value, OptionProblem> {
    match option.kind {
        Kind::Name => one_name(option, text).map(Value::Text),
        Kind::Names | Kind::Crates => Ok(Value::Names(vec![one_name(option, text)?])),
        Kind::Path | Kind::Text if text.trim().is_empty() => Err(wrong(option, given)),
        Kind::Path | Kind::Text => Ok(Value::Text(text.to_owned())),
        Kind::Duration(least) => {
            let problem = match duration::parse(text) {
                Ok(value) => return long_enough(option, least, value, text),
                Err(problem) => problem,
            };
            if let DurationProblem::Fraction { whole: Some(whole), .. } = &problem
                && let Ok(value) = duration::parse(whole)
            {
                long_enough(option, least, value, text)?; // a help that would be refused in turn is none
            }
            Err(OptionProblem::Duration { option, problem })
        }
        Kind::Range => {
            let (from, to) =
                range::parse(text).map_err(|problem| OptionProblem::Range { option, problem })?;
            grows(option, from, to)
        }
        Kind::Cron => match cron::parse(text) {
            Ok(expression) => Ok(Value::Cron(expression)),
            Err(problem) => Err(OptionProblem::Cron { option, problem }),
        },
        Kind::Rate => {
            rate::parse(text).map(Value::Rate).map_err(|problem| OptionProblem::Rate { option, problem })
        }
        Kind::Field => match field::check(text) {
            Ok(()) => Ok(Value::Text(text.to_owned())),
            Err(problem) => Err(OptionProblem::Field { option, problem }),
        },
        Kind::Zone if is_zone_like(text) => Ok(Value::Text(text.to_owned())),
        Kind::Zone => Err(OptionProblem::NotAZone { option, text: text.to_owned() }),
        Kind::Choice { words, .. } => match words.iter().find(|word| word.text == text) {
            Some(word) => Ok(Value::Choice(word)),
            None => Err(OptionProblem::UnknownWord {
                option,
                word: text.to_owned(),
                nearest: nearest(text, words.iter().map(|word| word.text)),
            }),
        },
        Kind::Flag | Kind::Count { .. } | Kind::Mark | Kind::Expression => Err(wrong(option, given)),
    }
}

/// Judges a value that was never text, such as a builder's, by the rules of its option.
///
/// ```
/// use hostkit_grammar::{Attribute, Value, find, judge};
/// use std::time::Duration;
///
/// let backoff = find(Attribute::Queued, "backoff")?;
/// let problem = judge(backoff, &Value::Range(Duration::ZERO, Duration::from_secs(60))).unwrap_err();
/// assert_eq!(problem, hostkit_grammar::check(backoff, &hostkit_grammar::Given::Text("0s..1m")).unwrap_err());
/// # Ok::<(), hostkit_grammar::OptionProblem>(())
/// ```
///
/// # Errors
/// The [`OptionProblem`] that the same value would be refused with if it were written.
pub fn judge(option: &'static OptionSpec, value: &Value) -> Result<(), OptionProblem> {
    match (option.kind, value) {
        (Kind::Count { least, most }, Value::Count(number)) => {
            count(option, least..=most, i128::from(*number)).map(drop)
        }
        (Kind::Duration(least), Value::Duration(value)) => {
            long_enough(option, least, *value, &duration::show(*value).to_string()).map(drop)
        }
        (Kind::Range, Value::Range(from, to)) => grows(option, *from, *to).map(drop),
        (Kind::Rate, Value::Rate(Rate { count: 0, .. })) => {
            Err(OptionProblem::Rate { option, problem: RateProblem::Zero })
        }
        (Kind::Name, Value::Text(text)) => one_name(option, text).map(drop),
        (Kind::Names | Kind::Crates, Value::Names(names)) => {
            names.iter().try_for_each(|name| one_name(option, name).map(drop))
        }
        _ => Ok(()),
    }
}

fn grows(option: &'static OptionSpec, from: Duration, to: Duration) -> Result<Value, OptionProblem> {
    if from > to {
        return Err(OptionProblem::Range { option, problem: RangeProblem::Backwards { from, to } });
    }
    if from.is_zero() && !to.is_zero() {
        Err(OptionProblem::NeverGrows { option, to })
    } else {
        Ok(Value::Range(from, to))
    }
}

/// Whether it could be the name of a time zone, such as `America/Port-au-Prince` or `Etc/GMT+5`.
fn is_zone_like(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+".contains(&byte))
    };
    text.split('/').all(part)
}

fn count(
    option: &'static OptionSpec,
    range: RangeInclusive<u32>,
    number: i128,
) -> Result<Value, OptionProblem> {
    match u32::try_from(number) {
        Ok(number) if range.contains(&number) => Ok(Value::Count(number)),
        _ => Err(OptionProblem::OutOfRange { option, number, least: *range.start(), most: *range.end() }),
    }
}

fn long_enough(
    option: &'static OptionSpec,
    least: Min,
    value: Duration,
    text: &str,
) -> Result<Value, OptionProblem> {
    match least {
        Min::AboveZero | Min::Millisecond if value.is_zero() => Err(OptionProblem::Zero { option }),
        Min::Millisecond if value < Duration::from_millis(1) => {
            Err(OptionProblem::TooShort { option, text: text.to_owned() })
        }
        _ => Ok(Value::Duration(value)),
    }
}

fn one_name(option: &'static OptionSpec, text: &str) -> Result<String, OptionProblem> {
    name::check(text).map_err(|problem| OptionProblem::Name { option, problem })?;
    Ok(text.to_owned())
}

fn names(option: &'static OptionSpec, list: &[Given<'_>]) -> Result<Value, OptionProblem> {
    let mut names: Vec<String> = Vec::with_capacity(list.len());
    for item in list {
        let Given::Text(text) = item else { return Err(wrong(option, item)) };
        let name = one_name(option, text)?;
        if names.contains(&name) {
            return Err(OptionProblem::Repeated { option, name });
        }
        names.push(name);
    }
    Ok(Value::Names(names))
}

/// The elements of `[a, "b"]`. Names have neither commas nor quotes in them, so that cutting the text is exact.
fn elements(text: &str) -> Vec<&str> {
    let inner = text.trim().trim_start_matches('[').trim_end_matches(']').trim().trim_matches(',');
    if inner.trim().is_empty() {
        return Vec::new();
    }
    inner.split(',').map(|element| element.trim().trim_matches(['"', '\''])).collect()
}

/// The problem of a value of the wrong kind, with the value that was probably meant.
fn wrong(option: &'static OptionSpec, given: &Given<'_>) -> OptionProblem {
    let found = match given {
        Given::Text(text) | Given::Plain(text) => format!("the text {text:?}"),
        Given::Integer(number) => format!("the number {number}"),
        Given::Flag(flag) => format!("`{flag}`"),
        Given::List(_) => "a list".to_owned(),
        Given::Bare(tokens) => format!("`{tokens}`"),
        Given::Other(what) => (*what).to_owned(),
    };
    if option.kind == Kind::Mark {
        return OptionProblem::Alone { option };
    }
    OptionProblem::WrongKind { option, found, help: meant(option, given) }
}

/// The value that a wrong one probably means, as it should be written.
fn meant(option: &'static OptionSpec, given: &Given<'_>) -> Option<String> {
    let quoted = |text: String| {
        let right = check(option, &Given::Text(&text)).is_ok();
        right.then(|| format!("{text:?}"))
    };
    let flag = |text: &str| match &*text.trim().to_lowercase() {
        "false" | "no" | "off" | "n" | "0" | "disabled" => Some(format!("`{} = false`", option.name)),
        "true" | "yes" | "on" | "y" | "1" | "enabled" => Some(format!("`{} = true`", option.name)),
        _ => None,
    };
    match given {
        Given::Text(text) | Given::Plain(text) | Given::Bare(text)
            if option.kind == Kind::Flag && text.trim().parse::<bool>().is_err() =>
        {
            flag(text)
        }
        Given::Integer(number) if option.kind == Kind::Flag => flag(&number.to_string()),
        Given::Text(text) if option.kind == Kind::Names && text.contains(',') => {
            let list = elements(text);
            let right = !list.is_empty() && list.iter().all(|name| name::check(name).is_ok());
            right.then(|| format!("`{} = {list:?}`", option.name))
        }
        Given::Text(text) => check(option, &Given::Plain(text)).is_ok().then(|| text.trim().to_owned()),
        Given::Bare(tokens) => quoted((*tokens).to_owned()),
        Given::Integer(number) if matches!(option.kind, Kind::Duration(_)) => quoted(format!("{number}s")),
        Given::Integer(number) if option.kind == Kind::Rate => quoted(format!("{number}/s")),
        Given::Integer(_) if option.kind == Kind::Crates => None,
        Given::Integer(number) => quoted(number.to_string()),
        Given::Flag(flag) => quoted(flag.to_string()),
        Given::List(list) if matches!(list.as_slice(), [Given::Text(_)]) => match &list[0] {
            Given::Text(text) => quoted((*text).to_owned()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Attribute, find};

    fn on(attribute: Attribute, name: &str, given: &Given<'_>) -> Result<Value, String> {
        let option = find(attribute, name).map_err(|problem| problem.to_string())?;
        check(option, given).map_err(|problem| problem.to_string())
    }

    fn hosted(name: &str, given: &Given<'_>) -> Result<Value, String> {
        on(Attribute::HostedService, name, given)
    }

    #[test]
    fn no_help_is_refused_in_turn() {
        let every = |text| on(Attribute::Timed, "every", &Given::Text(text)).unwrap_err();
        assert!(
            every("0.5ms").contains(
                r#"cannot be "0.5ms": the timer's resolution is one millisecond, so write "1ms" or more"#
            ),
            "{}",
            every("0.5ms")
        );
        assert!(every("1.5ms").contains(r#"write it in whole numbers, "1ms 500us""#), "{}", every("1.5ms"));
    }

    #[test]
    fn values_are_checked_as_their_option_asks() {
        use Given::{Flag, Integer, List, Plain, Text};
        assert_eq!(hosted("enabled", &Flag(false)), Ok(Value::Flag(false)));
        assert_eq!(hosted("enabled", &Plain("false")), Ok(Value::Flag(false)));
        assert_eq!(hosted("max_restarts", &Integer(1)), Ok(Value::Count(1)));
        assert_eq!(hosted("stop_timeout", &Text("0s")), Ok(Value::Duration(Duration::ZERO)));
        assert_eq!(hosted("after", &Text("db")), Ok(Value::Names(vec!["db".into()])));
        assert_eq!(hosted("after", &Plain("[\"a\", 'b',]")), Ok(Value::Names(vec!["a".into(), "b".into()])));
        assert_eq!(hosted("after", &Plain("[]")), Ok(Value::Names(vec![])));
        assert_eq!(hosted("after", &Plain("a, b,")), Ok(Value::Names(vec!["a".into(), "b".into()])));
        assert_eq!(
            hosted("after", &List(vec![Text("a"), Text("b")])),
            Ok(Value::Names(vec!["a".into(), "b".into()]))
        );
        assert_eq!(hosted("backoff", &Text("0s..0s")), Ok(Value::Range(Duration::ZERO, Duration::ZERO)));
        assert!(
            matches!(hosted("on_failure", &Text("restart")), Ok(Value::Choice(word)) if word.variant == "Restart")
        );
    }

    #[test]
    fn a_value_reads_as_it_was_written() {
        for (name, text) in [
            ("stop_timeout", "1m 30s"),
            ("backoff", "250ms..1h"),
            ("after", "a,b"),
            ("enabled", "false"),
            ("max_restarts", "7"),
            ("on_failure", "restart"),
        ] {
            let given = if text.contains(',') { "[a, b]" } else { text };
            assert_eq!(
                hosted(name, &Given::Plain(given)).map(|value| value.to_string()),
                Ok(text.to_owned())
            );
        }
        let cron = on(Attribute::Timed, "cron", &Given::Text("0 9 * * MON"));
        assert_eq!(cron.map(|value| value.to_string()), Ok("0 9 * * MON".to_owned()));
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_shown_as_it_should_be_written() {
        for (name, given, help) in [
            ("stop_timeout", Given::Integer(10), r#"the number 10: write "10s""#),
            ("stop_timeout", Given::Bare("10s"), r#"`10s`: write "10s""#),
            ("backoff", Given::Bare("1s..5m"), r#"write "1s..5m""#),
            ("on_failure", Given::Bare("restart"), r#"write "restart""#),
            ("max_restarts", Given::Text("5"), r#"the text "5": write 5"#),
            ("enabled", Given::Text("false"), "write false"),
            ("enabled", Given::Integer(1), "write `enabled = true`"),
            ("enabled", Given::Integer(0), "write `enabled = false`"),
            ("enabled", Given::Plain("no"), "write `enabled = false`"),
            ("enabled", Given::Plain("0"), "write `enabled = false`"),
            ("enabled", Given::Plain("off"), "write `enabled = false`"),
            ("enabled", Given::Plain("False"), "write `enabled = false`"),
            ("enabled", Given::Text("No"), "write `enabled = false`"),
            ("enabled", Given::Plain("Yes"), "write `enabled = true`"),
            ("after", Given::Text("a,b"), r#"write `after = ["a", "b"]`"#),
            ("name", Given::Integer(7), r#"write "7""#),
            ("name", Given::List(vec![Given::Text("x")]), r#"write "x""#),
        ] {
            let problem = hosted(name, &given).unwrap_err();
            assert!(problem.ends_with(help), "{problem}");
        }
    }

    #[test]
    fn values_out_of_range_are_refused_with_the_reason() {
        for attribute in [Attribute::Main, Attribute::Host] {
            let threads = |number| on(attribute, "worker_threads", &Given::Integer(number));
            assert_eq!((threads(1), threads(1024)), (Ok(Value::Count(1)), Ok(Value::Count(1024))));
            assert!(threads(0).unwrap_err().contains("at least 1"));
            assert!(threads(1025).unwrap_err().contains("at most 1024, not 1025: write a smaller number"));
            assert!(threads(1 << 32).unwrap_err().contains("at most 1024"));
        }
        assert!(hosted("max_restarts", &Given::Integer(0)).unwrap_err().contains("at least 1"));
        assert!(hosted("max_restarts", &Given::Integer(-1)).unwrap_err().contains("at least 1"));
        assert!(hosted("within", &Given::Text("0s")).unwrap_err().contains("cannot be zero"));
        assert!(hosted("backoff", &Given::Text("0s..1m")).unwrap_err().contains("never grows"));
        assert!(on(Attribute::Timed, "every", &Given::Text("10us")).unwrap_err().contains("resolution"));
        assert!(
            hosted("on_failure", &Given::Text("restrat")).unwrap_err().contains(r#"did you mean "restart"?"#)
        );
        let twice = Given::List(vec![Given::Text("a"), Given::Text("a")]);
        assert!(hosted("after", &twice).unwrap_err().contains("twice"));
    }

    #[test]
    fn what_cannot_be_a_zone_is_refused() {
        let tz = |text| on(Attribute::Timed, "tz", &Given::Text(text));
        for zone in ["UTC", "Europe/Berlin", "America/Port-au-Prince", "Etc/GMT+5", "EST5EDT"] {
            assert_eq!(tz(zone), Ok(Value::Text(zone.to_owned())));
        }
        for text in ["", " ", "Europe/", "Europe/ Berlin", "+02:00", "Zürich", "EST5EDT,M3.2.0,M11.1.0"] {
            let problem = tz(text).unwrap_err();
            assert_eq!(
                problem,
                format!(
                    r#"`tz`: {text:?} is no name of a time zone: write one such as "Europe/Berlin" or "UTC""#
                )
            );
        }
    }
}
