//! What an option is, and the questions that are asked of the table of them.

use crate::problem::OptionProblem;
use crate::suggest::nearest;
use crate::table::OPTIONS;
use std::fmt;

/// Where options are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Attribute {
    /// `#[hosted_service]`
    HostedService,
    /// `#[timed]`
    Timed,
    /// `#[queued]`
    Queued,
    /// `#[on]`
    On,
    /// `#[provides]`
    Provides,
    /// `#[config]`
    Config,
    /// `hostkit::main!`
    Main,
    /// `hostkit::link!`
    Link,
    /// The `[host]` section of the configuration.
    Host,
    /// The `[log]` section of the configuration.
    Log,
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HostedService => "#[hosted_service]",
            Self::Timed => "#[timed]",
            Self::Queued => "#[queued]",
            Self::On => "#[on]",
            Self::Provides => "#[provides]",
            Self::Config => "#[config]",
            Self::Main => "hostkit::main!",
            Self::Link => "hostkit::link!",
            Self::Host => "[host]",
            Self::Log => "[log]",
        })
    }
}

/// One of the words that an option chooses from, such as `restart`.
#[derive(Debug, PartialEq, Eq)]
pub struct Choice {
    /// As users write it.
    pub text: &'static str,
    /// The variant of the runtime's enum.
    pub variant: &'static str,
}

/// What kind of value an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A name, see [`name`](crate::name).
    Name,
    /// One name or a list of them.
    Names,
    /// `true` or `false`.
    Flag,
    /// A whole number, from the one to the other.
    Count {
        /// The smallest that makes sense.
        least: u32,
        /// The largest that does.
        most: u32,
    },
    /// A duration, see [`duration`](crate::duration).
    Duration(Min),
    /// A range of durations, see [`range`](crate::range).
    Range,
    /// So many in so much time, see [`rate`](crate::rate).
    Rate,
    /// The path to a field of the job, see [`field`](crate::field). Only attributes take it.
    Field,
    /// A word that stands alone, without a value. Only attributes take it.
    Mark,
    /// A cron expression, see [`cron`](crate::cron).
    Cron,
    /// The name of a time zone. Which zones there are is known where the program runs.
    Zone,
    /// One of a few words.
    Choice {
        /// The runtime's enum, by its name in the crate root.
        of: &'static str,
        /// The words, the default first.
        words: &'static [Choice],
    },
    /// Text that only the runtime can judge, such as a log filter.
    Text,
    /// The path to a crate, as text. Only attributes take it.
    Path,
    /// A list of crates, as identifiers or text. Only `main!` takes it.
    Crates,
    /// Any Rust expression. Only `main!` and `close` take it.
    Expression,
}

/// How short a duration may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Min {
    /// `0s` has a meaning here.
    Zero,
    /// Anything but `0s`.
    AboveZero,
    /// The timer's resolution: one millisecond.
    Millisecond,
}

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OptionSpec {
    /// Its name; the runtime's builder method has the same.
    pub name: &'static str,
    /// Where it may be written.
    pub on: &'static [Attribute],
    /// What it takes.
    pub kind: Kind,
    /// What holds where it is not written, as a user would write it; `None` if there is no such value.
    pub default: Option<&'static str>,
    /// What it does, in one sentence.
    pub means: &'static str,
    /// It has an effect only where one of these other options has that word, or [`SOMETHING`]; always, if empty.
    pub only_with: &'static [(&'static str, &'static str)],
    /// Exactly one of these options, of which it is one, has to be there; it may be left out, if empty.
    pub one_of: &'static [&'static str],
}

/// In `only_with` of [`OptionSpec`]: the other option is set, to whatever but 0.
pub const SOMETHING: &str = "*";

impl OptionSpec {
    pub(crate) const fn new(
        name: &'static str,
        on: &'static [Attribute],
        kind: Kind,
        means: &'static str,
    ) -> Self {
        Self { name, on, kind, default: None, means, only_with: &[], one_of: &[] }
    }

    pub(crate) const fn default(mut self, text: &'static str) -> Self {
        self.default = Some(text);
        self
    }

    pub(crate) const fn only_with(mut self, others: &'static [(&'static str, &'static str)]) -> Self {
        self.only_with = others;
        self
    }

    pub(crate) const fn one_of(mut self, options: &'static [&'static str]) -> Self {
        self.one_of = options;
        self
    }

    /// Whether configuration can set it as well: everything but what identifies the service to the compiler.
    pub fn is_configurable(&self) -> bool {
        !matches!(self.kind, Kind::Path | Kind::Crates | Kind::Expression | Kind::Field | Kind::Mark)
            && self.name != "name"
    }
}

/// The options of an attribute, in the table's order.
pub fn of(attribute: Attribute) -> impl Iterator<Item = &'static OptionSpec> {
    OPTIONS.iter().filter(move |option| option.on.contains(&attribute))
}

/// The attributes that have an option of this name; `[host]` and `[log]` are none.
pub fn attributes_with(name: &str) -> Vec<Attribute> {
    let on = OPTIONS.iter().filter(|option| option.name == name).flat_map(|option| option.on);
    on.copied().filter(|on| !matches!(on, Attribute::Host | Attribute::Log)).collect()
}

/// The option of this name on this attribute.
///
/// ```
/// use hostkit_grammar::{Attribute, find};
///
/// let problem = find(Attribute::HostedService, "every").unwrap_err();
/// assert!(problem.to_string().starts_with("`every` belongs to #[timed]"));
/// ```
///
/// # Errors
/// [`OptionProblem::Unknown`], with the attribute that has it or the option that was probably meant.
pub fn find(attribute: Attribute, name: &str) -> Result<&'static OptionSpec, OptionProblem> {
    among(attribute, name, of(attribute).collect())
}

/// The same in the configuration, which can't say all that code can.
///
/// # Errors
/// As of [`find`]; what it says to be possible is what the configuration can say.
pub fn find_setting(attribute: Attribute, name: &str) -> Result<&'static OptionSpec, OptionProblem> {
    among(attribute, name, of(attribute).filter(|option| option.is_configurable()).collect())
}

fn among(
    attribute: Attribute,
    name: &str,
    possible: Vec<&'static OptionSpec>,
) -> Result<&'static OptionSpec, OptionProblem> {
    let found = possible.iter().find(|option| option.name == name).copied();
    found.ok_or_else(|| OptionProblem::Unknown {
        name: name.to_owned(),
        on: attribute,
        nearest: nearest(name, possible.iter().map(|option| option.name)),
        elsewhere: attributes_with(name).into_iter().filter(|other| *other != attribute).collect(),
        possible: possible.iter().map(|option| option.name).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Given, check};
    use Attribute::{Host, HostedService, Link, Log, Main, On, Provides, Queued, Timed};

    #[test]
    fn every_default_is_a_value_of_its_option() {
        for option in OPTIONS.iter().filter(|option| !matches!(option.kind, Kind::Path)) {
            if let Some(default) = option.default {
                assert!(check(option, &Given::Plain(default)).is_ok(), "{}", option.name);
            }
        }
    }

    #[test]
    fn no_attribute_has_an_option_twice() {
        for attribute in [HostedService, Timed, Queued, On, Provides, Main, Link, Host, Log] {
            let mut names: Vec<_> = of(attribute).map(|option| option.name).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count);
        }
    }

    #[test]
    fn conditions_name_options_and_words_that_there_are() {
        for option in OPTIONS {
            for (other, word) in option.only_with {
                let other =
                    of(option.on[0]).find(|spec| spec.name == *other).expect("the other option is there");
                assert!(*word == SOMETHING || check(other, &Given::Text(word)).is_ok());
            }
        }
    }

    #[test]
    fn whoever_is_one_of_several_is_among_them_with_the_others() {
        for option in OPTIONS.iter().filter(|option| !option.one_of.is_empty()) {
            assert!(option.one_of.contains(&option.name));
            for other in option.one_of {
                let other = find(option.on[0], other).expect("the other option is there");
                assert_eq!(other.one_of, option.one_of);
            }
        }
    }
}
