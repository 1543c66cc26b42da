//! The one table of options: which there are, where, what each takes, its default, and what it means.
//!
//! A new option is a row here, a builder method of the same name in the runtime, and nothing else.

use crate::options::Attribute::{
    self, Config, Host, HostedService, Link, Log, Main, On, Provides, Queued, Timed,
};
use crate::options::{Choice, Kind, Min, OptionSpec, SOMETHING};

/// The largest number of workers of a queue.
pub const MOST_WORKERS: u32 = 10_000;

/// The four moments of `#[on(…)]`, in their order; the runtime's enum is `Moment`.
pub const MOMENTS: &[Choice] = &[
    Choice { text: "starting", variant: "Starting" },
    Choice { text: "started", variant: "Started" },
    Choice { text: "stopping", variant: "Stopping" },
    Choice { text: "stopped", variant: "Stopped" },
];

const ON_FAILURE: Kind = Kind::Choice {
    of: "OnFailure",
    words: &[
        Choice { text: "stop", variant: "Stop" },
        Choice { text: "restart", variant: "Restart" },
        Choice { text: "ignore", variant: "Ignore" },
    ],
};
const ON_FINISH: Kind = Kind::Choice {
    of: "OnFinish",
    words: &[
        Choice { text: "continue", variant: "Continue" },
        Choice { text: "stop", variant: "Stop" },
        Choice { text: "restart", variant: "Restart" },
    ],
};
const ON_RUN_FAILURE: Kind = Kind::Choice {
    of: "OnRunFailure",
    words: &[Choice { text: "continue", variant: "Continue" }, Choice { text: "stop", variant: "Stop" }],
};
const FAILURE_LEVEL: Kind = Kind::Choice {
    of: "FailureLevel",
    words: &[
        Choice { text: "error", variant: "Error" },
        Choice { text: "warn", variant: "Warn" },
        Choice { text: "info", variant: "Info" },
    ],
};
const OVERLAP: Kind = Kind::Choice {
    of: "Overlap",
    words: &[
        Choice { text: "skip", variant: "Skip" },
        Choice { text: "queue", variant: "Queue" },
        Choice { text: "allow", variant: "Allow" },
        Choice { text: "cancel", variant: "Cancel" },
    ],
};
const MISSED: Kind = Kind::Choice {
    of: "Missed",
    words: &[
        Choice { text: "once", variant: "Once" },
        Choice { text: "skip", variant: "Skip" },
        Choice { text: "all", variant: "All" },
    ],
};
const DAYS: Kind = Kind::Choice {
    of: "Days",
    words: &[Choice { text: "any", variant: "Any" }, Choice { text: "all", variant: "All" }],
};
const LIFETIME: Kind = Kind::Choice {
    of: "Lifetime",
    words: &[Choice { text: "host", variant: "Host" }, Choice { text: "run", variant: "Run" }],
};
const FLAVOR: Kind = Kind::Choice {
    of: "Flavor",
    words: &[
        Choice { text: "multi_thread", variant: "MultiThread" },
        Choice { text: "current_thread", variant: "CurrentThread" },
    ],
};

const FORMAT: Kind = Kind::Choice {
    of: "Format",
    words: &[Choice { text: "text", variant: "Text" }, Choice { text: "json", variant: "Json" }],
};

const SERVICES: &[Attribute] = &[HostedService, Timed, Queued];
const HOSTED: &[Attribute] = &[HostedService];
const TIMED: &[Attribute] = &[Timed];
const QUEUED: &[Attribute] = &[Queued];
const PROVIDES: &[Attribute] = &[Provides];
const MAIN: &[Attribute] = &[Main];
const LINKING: &[Attribute] = &[Main, Link];
const HOST: &[Attribute] = &[Host];
const LOG: &[Attribute] = &[Log];
const RESTARTED: &[(&str, &str)] = &[("on_failure", "restart")];
const RESTARTED_EITHER_WAY: &[(&str, &str)] = &[("on_failure", "restart"), ("on_finish", "restart")];

const TRIGGERS: &[&str] = &["every", "delay", "cron"];
const WITH_CRON: &[(&str, &str)] = &[("cron", SOMETHING)];

const NOT_ZERO: Kind = Kind::Duration(Min::AboveZero);
const ANY: Kind = Kind::Count { least: 0, most: u32::MAX };
const SOME: Kind = Kind::Count { least: 1, most: u32::MAX };
/// No machine has more cores, and a system that grants more threads is rare.
/// Each worker is a task, and all of them start with the host.
const WORKERS: Kind = Kind::Count { least: 1, most: MOST_WORKERS };
const THREADS: Kind = Kind::Count { least: 1, most: 1024 };

pub(crate) static OPTIONS: &[OptionSpec] = &[
    OptionSpec::new(
        "every",
        TIMED,
        Kind::Duration(Min::Millisecond),
        "The time from one due run to the next.",
    )
    .one_of(TRIGGERS),
    OptionSpec::new(
        "delay",
        TIMED,
        Kind::Duration(Min::Millisecond),
        "The time from the end of one run to the next.",
    )
    .one_of(TRIGGERS),
    OptionSpec::new("cron", TIMED, Kind::Cron, "The local dates and times of its runs.").one_of(TRIGGERS),
    OptionSpec::new(
        "days",
        TIMED,
        DAYS,
        "Whether one day field of `cron` is enough, or both have to hold, where both are restricted.",
    )
    .only_with(WITH_CRON),
    OptionSpec::new("first", TIMED, Kind::Duration(Min::Zero), "The wait before the first run.")
        .default("0s")
        .only_with(&[("every", SOMETHING), ("delay", SOMETHING)]),
    OptionSpec::new("jitter", TIMED, Kind::Duration(Min::Zero), "The most that is added to each due time.")
        .default("0s"),
    OptionSpec::new("timeout", TIMED, NOT_ZERO, "The time after which a run is cancelled and has failed."),
    OptionSpec::new("overlap", TIMED, OVERLAP, "What happens when the run before is still going.")
        .default("skip"),
    OptionSpec::new(
        "missed",
        TIMED,
        MISSED,
        "What happens to due times that passed while the process could not run.",
    )
    .default("once"),
    OptionSpec::new("retries", TIMED, ANY, "The number of times that a failed run is tried again.")
        .default("0"),
    OptionSpec::new("backoff", TIMED, Kind::Range, "The shortest and the longest wait before a retry.")
        .default("1s..1m")
        .only_with(&[("retries", SOMETHING)]),
    OptionSpec::new("workers", QUEUED, WORKERS, "The number of jobs that run at the same time.").default("1"),
    OptionSpec::new("capacity", QUEUED, SOME, "The number of jobs that may wait.").default("1024"),
    OptionSpec::new(
        "retries",
        QUEUED,
        ANY,
        "The number of times that a failed job is tried again before it is dead.",
    )
    .default("3"),
    OptionSpec::new("backoff", QUEUED, Kind::Range, "The shortest and the longest wait before a retry.")
        .default("1s..1m")
        .only_with(&[("retries", SOMETHING)]),
    OptionSpec::new(
        "timeout",
        QUEUED,
        NOT_ZERO,
        "The time after which an attempt is cancelled and has failed.",
    ),
    OptionSpec::new("rate", QUEUED, Kind::Rate, "The most jobs that begin in so much time."),
    OptionSpec::new(
        "key",
        QUEUED,
        Kind::Field,
        "The field of the job of which equal values run one at a time, in order.",
    ),
    OptionSpec::new(
        "aliases",
        QUEUED,
        Kind::Names,
        "Older names of the queue, for jobs that were written under one of them.",
    ),
    OptionSpec::new(
        "in_memory",
        QUEUED,
        Kind::Mark,
        "Jobs of this type never leave the process, so that they need not be serialised.",
    ),
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
    // Behind `name`: a text without a key that could be either is taken for a name.
    OptionSpec::new("tz", TIMED, Kind::Zone, "The time zone of `cron`.").default("UTC").only_with(WITH_CRON),
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
    OptionSpec::new("failure_level", TIMED, FAILURE_LEVEL, "How a failed run is logged.")
        .default("error")
        .only_with(&[("on_failure", "continue")]),
    OptionSpec::new("start_timeout", HOSTED, NOT_ZERO, "The time that its start may take.").default("30s"),
    OptionSpec::new(
        "stop_timeout",
        SERVICES,
        Kind::Duration(Min::Zero),
        "The time to end in when it is told to stop.",
    )
    .default("10s"),
    OptionSpec::new(
        "heartbeat",
        HOSTED,
        NOT_ZERO,
        "The time between two beats after which the service is unhealthy.",
    ),
    OptionSpec::new("name", PROVIDES, Kind::Name, "What the provider is called, if not like its function."),
    OptionSpec::new("scope", PROVIDES, LIFETIME, "Whether all share one value, or each run has its own.")
        .default("host"),
    OptionSpec::new("close", PROVIDES, Kind::Expression, "The async function that closes a value."),
    OptionSpec::new("close_timeout", PROVIDES, NOT_ZERO, "The time that closing a value may take.")
        .only_with(&[("close", SOMETHING)]),
    OptionSpec::new(
        "crate",
        &[HostedService, Timed, Queued, On, Provides, Config],
        Kind::Path,
        "The path to hostkit where it has another name.",
    )
    .default("::hostkit"),
    OptionSpec::new("start_timeout", HOST, NOT_ZERO, "The time that the whole start may take.")
        .default("60s"),
    OptionSpec::new(
        "stop_timeout",
        HOST,
        Kind::Duration(Min::Zero),
        "The time that the whole stop may take.",
    )
    .default("25s"),
    OptionSpec::new(
        "close_timeout",
        HOST,
        Kind::Duration(Min::Zero),
        "The time for what is closed when all have ended.",
    )
    .default("2s"),
    OptionSpec::new(
        "drain_delay",
        HOST,
        Kind::Duration(Min::Zero),
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
    OptionSpec::new("worker_threads", HOST, THREADS, "The number of executor threads."),
    OptionSpec::new("expect", HOST, Kind::Names, "Services that must be there."),
    OptionSpec::new("format", LOG, FORMAT, "What a line of the log looks like.").default("text"),
    OptionSpec::new(
        "filter",
        LOG,
        Kind::Text,
        "Which targets are logged from which level on, such as `info,my_worker=debug`; `RUST_LOG` wins.",
    )
    .default("info"),
    OptionSpec::new("flavor", MAIN, FLAVOR, "The kind of runtime.").default("multi_thread"),
    OptionSpec::new("worker_threads", MAIN, THREADS, "The number of executor threads.")
        .only_with(&[("flavor", "multi_thread")]),
    OptionSpec::new("link", LINKING, Kind::Crates, "Crates with services that no Rust path names."),
    OptionSpec::new("ignore", LINKING, Kind::Crates, "Crates whose services are left out on purpose."),
    OptionSpec::new(
        "configure",
        MAIN,
        Kind::Expression,
        "A function from `HostBuilder` to `HostBuilder`, or a `Result` of it.",
    ),
];
