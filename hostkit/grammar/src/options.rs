//! The one table of options: which there are, where, what each takes, its default, and what it means.
//!
//! A new option is a row here, a builder method of the same name in the runtime, and nothing else.

use crate::fault::Fault;
use crate::suggest::nearest;
use std::fmt;

/// Where options are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Attribute {
    /// `#[hosted_service]`
    HostedService,
    /// `#[timed]`
    Timed,
    /// `#[on]`
    On,
    /// `hostkit::main!`
    Main,
    /// The `[host]` section of the configuration.
    Host,
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HostedService => "#[hosted_service]",
            Self::Timed => "#[timed]",
            Self::On => "#[on]",
            Self::Main => "hostkit::main!",
            Self::Host => "[host]",
        })
    }
}

/// One of the words that an option chooses from, such as `restart`.
#[derive(Debug, PartialEq, Eq)]
pub struct Word {
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
    /// A whole number of at least so many.
    Count {
        /// The smallest that makes sense.
        least: u32,
    },
    /// A duration, see [`duration`](crate::duration).
    Duration(Least),
    /// A range of durations, see [`range`](crate::range).
    Range,
    /// One of a few words.
    Word {
        /// The runtime's enum, by its name in the crate root.
        of: &'static str,
        /// The words, the default first.
        words: &'static [Word],
    },
    /// The path to a crate, as text. Only attributes take it.
    Path,
    /// A list of crates, as identifiers or text. Only `main!` takes it.
    Crates,
    /// Any Rust expression. Only `main!` takes it.
    Expression,
}

/// How short a duration may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Least {
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
    /// Without it the attribute makes no sense.
    pub required: bool,
    /// It has an effect only where one of these other options has that word; always, if empty.
    pub only_with: &'static [(&'static str, &'static str)],
}

impl OptionSpec {
    const fn new(name: &'static str, on: &'static [Attribute], kind: Kind, means: &'static str) -> Self {
        Self { name, on, kind, default: None, means, required: false, only_with: &[] }
    }

    const fn default(mut self, text: &'static str) -> Self {
        self.default = Some(text);
        self
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn only_with(mut self, others: &'static [(&'static str, &'static str)]) -> Self {
        self.only_with = others;
        self
    }

    /// Whether configuration can set it as well: everything but what identifies the service to the compiler.
    pub fn is_configurable(&self) -> bool {
        !matches!(self.kind, Kind::Path | Kind::Crates | Kind::Expression) && self.name != "name"
    }
}

/// The four moments of `#[on(…)]`, in their order; the runtime's enum is `Moment`.
pub const MOMENTS: &[Word] = &[
    Word { text: "starting", variant: "Starting" },
    Word { text: "started", variant: "Started" },
    Word { text: "stopping", variant: "Stopping" },
    Word { text: "stopped", variant: "Stopped" },
];

const ON_FAILURE: Kind = Kind::Word {
    of: "OnFailure",
    words: &[
        Word { text: "stop", variant: "Stop" },
        Word { text: "restart", variant: "Restart" },
        Word { text: "ignore", variant: "Ignore" },
    ],
};
const ON_FINISH: Kind = Kind::Word {
    of: "OnFinish",
    words: &[
        Word { text: "continue", variant: "Continue" },
        Word { text: "stop", variant: "Stop" },
        Word { text: "restart", variant: "Restart" },
    ],
};
const ON_RUN_FAILURE: Kind = Kind::Word {
    of: "OnRunFailure",
    words: &[Word { text: "continue", variant: "Continue" }, Word { text: "stop", variant: "Stop" }],
};
const FLAVOR: Kind = Kind::Word {
    of: "Flavor",
    words: &[
        Word { text: "multi_thread", variant: "MultiThread" },
        Word { text: "current_thread", variant: "CurrentThread" },
    ],
};

use Attribute::{Host, HostedService, Main, On, Timed};
const SERVICES: &[Attribute] = &[HostedService, Timed];
const HOSTED: &[Attribute] = &[HostedService];
const TIMED: &[Attribute] = &[Timed];
const MAIN: &[Attribute] = &[Main];
const HOST: &[Attribute] = &[Host];
const RESTARTED: &[(&str, &str)] = &[("on_failure", "restart")];
const RESTARTED_EITHER_WAY: &[(&str, &str)] = &[("on_failure", "restart"), ("on_finish", "restart")];

const NOT_ZERO: Kind = Kind::Duration(Least::AboveZero);
const SOME: Kind = Kind::Count { least: 1 };

static OPTIONS: &[OptionSpec] = &[
    OptionSpec::new(
        "every",
        TIMED,
        Kind::Duration(Least::Millisecond),
        "The time from one due run to the next.",
    )
    .required(),
    OptionSpec::new("first", TIMED, Kind::Duration(Least::Zero), "The wait before the first run.")
        .default("0s"),
    OptionSpec::new(
        "name",
        SERVICES,
        Kind::Name,
        "What the service is called, if not like its function or type.",
    ),
    OptionSpec::new("group", SERVICES, Kind::Name, "A name to select several services by."),
    OptionSpec::new(
        "enabled",
        SERVICES,
        Kind::Flag,
        "Whether the service runs unless configuration says otherwise.",
    )
    .default("true"),
    OptionSpec::new("after", SERVICES, Kind::Names, "The services to start after, and to stop before."),
    OptionSpec::new("on_failure", HOSTED, ON_FAILURE, "What an error or a panic of the service does.")
        .default("stop"),
    OptionSpec::new("on_finish", HOSTED, ON_FINISH, "What the service's own return does.")
        .default("continue"),
    OptionSpec::new("backoff", HOSTED, Kind::Range, "The shortest and the longest wait before a restart.")
        .default("1s..1m")
        .only_with(RESTARTED_EITHER_WAY),
    OptionSpec::new(
        "max_restarts",
        HOSTED,
        SOME,
        "The number of restarts in `within` after which a failure stops the host.",
    )
    .default("5")
    .only_with(RESTARTED),
    OptionSpec::new("within", HOSTED, NOT_ZERO, "The window in which restarts are counted.")
        .default("1m")
        .only_with(RESTARTED),
    OptionSpec::new("on_failure", TIMED, ON_RUN_FAILURE, "What an error or a panic of one run does.")
        .default("continue"),
    OptionSpec::new("max_failures", TIMED, SOME, "The number of failed runs in a row that stops the host.")
        .only_with(&[("on_failure", "continue")]),
    OptionSpec::new("start_timeout", HOSTED, NOT_ZERO, "The time that its start may take.").default("30s"),
    OptionSpec::new(
        "stop_timeout",
        SERVICES,
        Kind::Duration(Least::Zero),
        "The time to end in when it is told to stop.",
    )
    .default("10s"),
    OptionSpec::new(
        "heartbeat",
        HOSTED,
        NOT_ZERO,
        "The time between two beats after which the service is unhealthy.",
    ),
    OptionSpec::new(
        "crate",
        &[HostedService, Timed, On],
        Kind::Path,
        "The path to hostkit where it has another name.",
    )
    .default("::hostkit"),
    OptionSpec::new("start_timeout", HOST, NOT_ZERO, "The time that the whole start may take.")
        .default("60s"),
    OptionSpec::new(
        "stop_timeout",
        HOST,
        Kind::Duration(Least::Zero),
        "The time that the whole stop may take.",
    )
    .default("25s"),
    OptionSpec::new(
        "close_timeout",
        HOST,
        Kind::Duration(Least::Zero),
        "The time for what is closed when all have ended.",
    )
    .default("2s"),
    OptionSpec::new(
        "drain_delay",
        HOST,
        Kind::Duration(Least::Zero),
        "The wait between a stop request and the stop.",
    )
    .default("0s"),
    OptionSpec::new(
        "stall_warning",
        HOST,
        NOT_ZERO,
        "How long a service may hold an executor thread before it is named.",
    )
    .default("250ms"),
    OptionSpec::new("worker_threads", HOST, SOME, "The number of executor threads."),
    OptionSpec::new("expect", HOST, Kind::Names, "Services that must be there."),
    OptionSpec::new("flavor", MAIN, FLAVOR, "The kind of runtime.").default("multi_thread"),
    OptionSpec::new("worker_threads", MAIN, SOME, "The number of executor threads.")
        .only_with(&[("flavor", "multi_thread")]),
    OptionSpec::new("link", MAIN, Kind::Crates, "Crates with services that no Rust path names."),
    OptionSpec::new("ignore", MAIN, Kind::Crates, "Crates whose services are left out on purpose."),
    OptionSpec::new(
        "configure",
        MAIN,
        Kind::Expression,
        "A function from `HostBuilder` to `HostBuilder`, or a `Result` of it.",
    ),
];

/// The options of an attribute, in the table's order.
pub fn of(attribute: Attribute) -> impl Iterator<Item = &'static OptionSpec> {
    OPTIONS.iter().filter(move |option| option.on.contains(&attribute))
}

/// The attributes that have an option of this name; `[host]` is none.
pub fn attributes_with(name: &str) -> Vec<Attribute> {
    let on = OPTIONS.iter().filter(|option| option.name == name).flat_map(|option| option.on);
    on.copied().filter(|on| *on != Host).collect()
}

/// The option of this name on this attribute.
///
/// ```
/// use hostkit_grammar::{Attribute, find};
///
/// let fault = find(Attribute::HostedService, "every").unwrap_err();
/// assert!(fault.to_string().starts_with("`every` belongs to #[timed]"));
/// ```
///
/// # Errors
/// [`Fault::Unknown`], with the attribute that has it or the option that was probably meant.
pub fn find(attribute: Attribute, name: &str) -> Result<&'static OptionSpec, Fault> {
    of(attribute).find(|option| option.name == name).ok_or_else(|| Fault::Unknown {
        name: name.to_owned(),
        on: attribute,
        nearest: nearest(name, of(attribute).map(|option| option.name)),
        elsewhere: attributes_with(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Given, check};

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
        for attribute in [HostedService, Timed, On, Main, Host] {
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
                assert!(check(other, &Given::Text(word)).is_ok());
            }
        }
    }
}
