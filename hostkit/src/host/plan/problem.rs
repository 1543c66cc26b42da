//! What can be wrong with a plan: a variant per fault, its sentences in one place.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use crate::outcome::text::short;
use crate::registry::{Origin, how_to_link};
use hostkit_grammar::Suggestion;

/// One thing that is wrong with a plan: what, where, why, and what to do.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the sentences below say what each field is")]
pub enum Problem {
    /// Two services have one name.
    DuplicateName { name: String, first: Origin, second: Origin },
    /// A name that can't be written on a command line or in configuration.
    BadName { name: String, why: String, help: String, at: Origin },
    /// `after` names no service.
    UnknownAfter { service: String, after: String, nearest: Option<String>, at: Origin },
    /// Services that wait for each other.
    Ring { members: Vec<(String, Origin)> },
    /// Parameters ask for a value that nobody provides.
    MissingValue { of: &'static str, by: Vec<(String, Origin)>, suggestions: Vec<Provided> },
    /// Two values of one type were given.
    TwoValues { of: &'static str, second: Origin },
    /// A type that something needs has several providers.
    TwoProviders { of: &'static str, by: Vec<Provided> },
    /// Providers that need each other.
    ProviderRing { members: Vec<Provided> },
    /// What has no runs asks for a value that is made anew for each run.
    OutlivesRun { provider: Provided, by: Vec<(String, Origin)> },
    /// A queue is taken that no handler works off.
    Unhandled { service: String, of: &'static str, at: Origin },
    /// Two handlers work off one type of job.
    TwoHandlers { of: &'static str, first: (String, Origin), second: (String, Origin) },
    /// An option of a service or a provider that can't work.
    Option { service: String, what: String, help: String, at: Origin },
    /// A provider whose value is `()`.
    NothingProvided { provider: String, at: Origin },
    /// A value of the configuration that can't be, or a layer of it that can't be read.
    Setting { key: String, what: String, help: String, source: String },
    /// A value of a typed section that can't be; `reader` is the struct.
    Section {
        key: String,
        value: Option<String>,
        source: String,
        reason: String,
        help: String,
        reader: &'static str,
    },
    /// `expect` names a service that there is not.
    Expected { name: String, nearest: Option<String> },
    /// `only` or `except` names no service and no group.
    UnknownSelection { name: String, nearest: Option<String> },
    /// There is nothing to run.
    Nothing { declared: usize },
}

/// Who provides a value: a provider by its name, or a value that was given to the host.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each says what it is")]
pub struct Provided {
    pub name: Option<String>,
    pub of: &'static str,
    pub at: Origin,
}

impl Problem {
    /// What is wrong, in one line.
    pub fn what(&self) -> String {
        match self {
            Problem::DuplicateName { name, .. } => format!("two services are named `{name}`"),
            Problem::BadName { name, .. } => format!("`{name}` is not a valid service name"),
            Problem::UnknownAfter { service, after, .. } => {
                format!("`{service}` starts after `{after}`, but there is no service named `{after}`")
            }
            Problem::Ring { members } => {
                let names: Vec<_> = members.iter().map(|(name, _)| format!("`{name}`")).collect();
                let first = names.first().map(String::as_str).unwrap_or_default();
                match members.len() {
                    1 => format!("{first} starts after itself"),
                    _ => format!("services wait for each other: {} after {first}", names.join(" after ")),
                }
            }
            Problem::MissingValue { of, by, .. } => {
                format!("{} `Dep<{}>`, but no provider returns `{}`", needing(by), short(of), returned(of))
            }
            Problem::TwoProviders { of, by } => {
                let by: Vec<_> = by.iter().map(Provided::who).collect();
                format!("`{}` has more than one provider: {}", short(of), listed(&by))
            }
            Problem::ProviderRing { members } => ring(members),
            Problem::OutlivesRun { provider, by } => {
                format!("{} `Dep<{}>`, which is made for one run only", needing(by), short(provider.of))
            }
            Problem::TwoValues { of, .. } => {
                format!("two values of type `{}` were given to the host", short(of))
            }
            Problem::Unhandled { service, of, .. } => {
                format!("`{service}` needs `Queue<{0}>`, but no queued service handles `{0}`", short(of))
            }
            Problem::TwoHandlers { of, first, second } => {
                format!("`{}` and `{}` both handle `{}`", first.0, second.0, short(of))
            }
            Problem::Option { service, what, .. } => format!("`{service}`: {what}"),
            Problem::NothingProvided { provider, .. } => {
                format!("`{provider}`: it returns nothing that could be shared")
            }
            Problem::Setting { what, .. } => what.clone(),
            Problem::Section { key, value: Some(value), reason, .. } => {
                format!("`{key}` is {value}: {reason}")
            }
            Problem::Section { key, value: None, reason, .. } => format!("`{key}` {reason}"),
            Problem::Expected { name, .. } => {
                format!("`expect` names `{name}`, but there is no service named `{name}`")
            }
            Problem::UnknownSelection { name, .. } => format!("no service or group is named `{name}`"),
            Problem::Nothing { declared: 0 } => "there is no service to run".into(),
            Problem::Nothing { .. } => "every service is off".into(),
        }
    }

    /// Where it was said.
    pub fn place(&self) -> String {
        match self {
            Problem::DuplicateName { first, second, .. } => format!("{first} and {second}"),
            Problem::BadName { at, .. }
            | Problem::UnknownAfter { at, .. }
            | Problem::Unhandled { at, .. }
            | Problem::NothingProvided { at, .. }
            | Problem::Option { at, .. } => at.to_string(),
            Problem::Ring { members } => {
                members.iter().map(|(name, at)| format!("`{name}` at {at}")).collect::<Vec<_>>().join(", ")
            }
            Problem::MissingValue { by, .. } => places(by),
            Problem::TwoProviders { by: members, .. } | Problem::ProviderRing { members } => {
                members.iter().map(Provided::to_string).collect::<Vec<_>>().join(", ")
            }
            Problem::OutlivesRun { provider, by } => format!("{}; {provider}", places(by)),
            Problem::TwoHandlers { first, second, .. } => {
                format!("`{}` at {} and `{}` at {}", first.0, first.1, second.0, second.1)
            }
            Problem::TwoValues { second, .. } => format!("the second one: {second}"),
            Problem::Setting { source, .. } | Problem::Section { source, .. } => source.clone(),
            Problem::Expected { .. } => "`expect` in `[host]`, or on the builder".into(),
            Problem::UnknownSelection { .. } => "`--only` or `--except`, or the same on the builder".into(),
            Problem::Nothing { .. } => "the whole program".into(),
        }
    }

    /// Why it is a problem; empty where what is wrong says it all.
    pub fn why(&self) -> String {
        match self {
            Problem::DuplicateName { .. } => {
                "a name must be unique in its host: it selects and configures the service, and identifies it in the log".into()
            }
            Problem::BadName { why, .. } => why.clone(),
            Problem::UnknownAfter { .. } => "`after` names the services that start first".into(),
            Problem::Ring { .. } => "none of them can start first".into(),
            Problem::MissingValue { .. } => "all values are made before the first service starts".into(),
            Problem::TwoProviders { .. } => "values are found by type, so a type has one provider".into(),
            Problem::ProviderRing { .. } => "none of them can be called first".into(),
            Problem::OutlivesRun { .. } => {
                "it lives for one run of a timer or one attempt at a job; a hosted service, a hook and a shared value live longer".into()
            }
            Problem::TwoValues { .. } => "values are found by type, so a type has one value".into(),
            Problem::Unhandled { .. } => "its jobs would never run".into(),
            Problem::TwoHandlers { .. } => "queues are found by the type of their jobs, so a type has one handler".into(),
            Problem::Option { .. } | Problem::Setting { .. } | Problem::NothingProvided { .. } => String::new(),
            Problem::Section { reader, .. } => format!("the section is read as the struct `{}`", short(reader)),
            Problem::Expected { .. } => {
                "its crate may not be linked: the compiler leaves out a crate that no Rust path refers to".into()
            }
            Problem::UnknownSelection { .. } => "a name that selects nothing is probably a typo".into(),
            Problem::Nothing { declared: 0 } => {
                "no linked crate has an annotated function; the compiler leaves out a crate that no Rust path refers to".into()
            }
            Problem::Nothing { .. } => "`enabled = false`, `--only` or `--except` leaves nothing to run".into(),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Problem::DuplicateName { first, second, .. } if first.is_of_doctests() && second.is_of_doctests() => {
                "the doctests of a crate are one program since edition 2024: begin each that has services with \"```standalone_crate\""
                    .into()
            }
            Problem::DuplicateName { name, .. } => format!("rename one of them: `name = \"{name}-2\"`"),
            Problem::BadName { help, .. } => help.clone(),
            Problem::UnknownAfter { after, nearest, .. } => Suggestion::new(nearest)
                .or(format!("add a service named `{after}`, or remove it from `after`")),
            Problem::Ring { .. } => "remove one `after` to break the cycle".into(),
            Problem::MissingValue { of, suggestions, .. } => provide(of, suggestions),
            Problem::ProviderRing { .. } => {
                "remove one of these parameters, or move what both need into a third value".into()
            }
            Problem::OutlivesRun { provider, .. } => format!(
                "remove `scope = \"run\"` from {}, or take the values that it is made from",
                provider.who()
            ),
            Problem::TwoValues { of, .. } | Problem::TwoProviders { of, .. } => {
                format!("remove one, or wrap one in a new type: `struct Other({});`", short(of))
            }
            Problem::Unhandled { of, .. } => {
                format!("add a `#[queued]` function whose first parameter is a `{}`", short(of))
            }
            Problem::TwoHandlers { of, .. } => {
                format!("remove one, or give it a new job type: `struct Other({});`", short(of))
            }
            Problem::NothingProvided { .. } => "return the value, or make it `#[on(starting)]`".into(),
            Problem::Option { help, .. } | Problem::Setting { help, .. } | Problem::Section { help, .. } => {
                help.clone()
            }
            Problem::Expected { name, nearest } => Suggestion::new(nearest).or(format!(
                "link the crate that has `{name}`: {}; or remove it from `expect`",
                how_to_link("that_crate")
            )),
            Problem::UnknownSelection { nearest, .. } => Suggestion::new(nearest).or(format!(
                "run `list` to see all names; if its crate is not linked, link it: {}",
                how_to_link("that_crate")
            )),
            Problem::Nothing { declared: 0 } => {
                format!(
                    "annotate a function with `#[hosted_service]`, or link the crate that has one: {}",
                    how_to_link("that_crate")
                )
            }
            Problem::Nothing { .. } => "turn one on".into(),
        }
    }
}

/// So many of those who need something are named.
const NAMED: usize = 10;

/// `a`, `b` and `c`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [word] => word.clone(),
        [words @ .., last] => format!("{} and {last}", words.join(", ")),
    }
}

/// `` `a` needs``, `` `a` and `b` need``.
fn needing(by: &[(String, Origin)]) -> String {
    let mut names: Vec<_> = by.iter().take(NAMED).map(|(name, _)| format!("`{name}`")).collect();
    if by.len() > NAMED {
        names.push(format!("{} more", by.len() - NAMED));
    }
    format!("{} {}", listed(&names), if by.len() == 1 { "needs" } else { "need" })
}

/// One place stands alone; several say whose they are.
fn places(by: &[(String, Origin)]) -> String {
    if let [(_, at)] = by {
        return at.to_string();
    }
    let places: Vec<_> = by.iter().take(NAMED).map(|(name, at)| format!("`{name}` at {at}")).collect();
    places.join(", ")
}

/// `` `a` needs `Dep<B>` of `b`, which needs `Dep<A>` of `a` ``.
fn ring(members: &[Provided]) -> String {
    let [first, rest @ ..] = members else { return String::new() };
    if rest.is_empty() {
        return format!("{} needs the `Dep<{}>` that it makes itself", first.who(), short(first.of));
    }
    let links = rest.iter().chain([first]).map(|next| format!("`Dep<{}>` of {}", short(next.of), next.who()));
    let links: Vec<_> = links.collect();
    format!("providers need each other: {} needs {}", first.who(), links.join(", which needs "))
}

/// What a provider of `Dep<of>` returns: `Feed`, or `Arc<dyn Mailer>`.
fn returned(of: &str) -> String {
    match short(of) {
        of if of.starts_with("dyn ") => format!("Arc<{of}>"),
        of => of,
    }
}

/// How a value comes to be there.
fn provide(of: &str, suggestions: &[Provided]) -> String {
    let short_of = short(of);
    let returned = returned(of);
    let hint = if returned == short_of { "" } else { " (a value is not found by its traits)" };
    let add = format!(
        "add a `#[provides]` function that returns `{returned}`{hint}, or give the host a value of that type: `.provide(value)`"
    );
    let meant = suggestions.iter().map(|one| {
        let like = if one.of == of {
            format!("`{of}` of another version of its crate")
        } else if short(one.of) == short_of {
            format!("`{}`", one.of) // only its path tells them apart
        } else {
            format!("`{}`", short(one.of))
        };
        format!("{like}, of {one}")
    });
    match Suggestion::new(meant).bare().question() {
        Some(question) => format!("{question} If not, {add}"),
        None => add,
    }
}

impl Provided {
    fn who(&self) -> String {
        self.name.as_ref().map_or_else(|| "`.provide(…)`".to_owned(), |name| format!("`{name}`"))
    }
}

impl fmt::Display for Provided {
    /// `` `feed` at src/feed.rs:12 (app 0.1.0)``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.who(), self.at)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what())?;
        writeln!(f, "  where  {}", self.place())?;
        match self.why() {
            why if why.is_empty() => {}
            why => writeln!(f, "  why    {why}")?,
        }
        write!(f, "  help   {}", self.help())
    }
}

/// A plan that can't be: all of its problems.
///
/// It prints each as *what / where / why / help*, without the why where there is no more to say.
#[derive(Clone)]
pub struct BuildError {
    problems: Vec<Problem>,
}

impl BuildError {
    pub(crate) fn of(problems: Vec<Problem>) -> Self {
        BuildError { problems }
    }

    /// Everything that is wrong.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The exit code of a program that ends with it: 78, as that of [`main!`](crate::main).
    pub fn exit_code(&self) -> u8 {
        78 // `EX_CONFIG` of sysexits
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        write!(
            f,
            "the plan is invalid: {count} problem{}; nothing has started",
            if count == 1 { "" } else { "s" }
        )?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n\n{problem}"))
    }
}

/// The same text: `unwrap` in a test shows what is wrong.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for BuildError {}

impl From<BuildError> for ExitCode {
    fn from(error: BuildError) -> Self {
        ExitCode::from(error.exit_code())
    }
}

/// The help of every variant is tried on a host that has the problem.
#[cfg(all(test, feature = "queue", feature = "config", feature = "cron"))]
mod tests {
    use std::time::Duration;

    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::config::{Config, Layers, Section};
    use crate::host::{Host, HostBuilder};
    use crate::inject::Dep;
    use crate::outcome::result::BoxError;
    use crate::queue::Queue;
    use crate::service::{Hosted, Lifetime, Provider, Queued};

    /// A new variant does not compile until it has a row here, and the test fails until the row has a host below.
    fn row(problem: &Problem) -> usize {
        match problem {
            Problem::DuplicateName { .. } => 0,
            Problem::BadName { .. } => 1,
            Problem::UnknownAfter { .. } => 2,
            Problem::Ring { .. } => 3,
            Problem::MissingValue { .. } => 4,
            Problem::TwoValues { .. } => 5,
            Problem::TwoProviders { .. } => 6,
            Problem::ProviderRing { .. } => 7,
            Problem::OutlivesRun { .. } => 8,
            Problem::Unhandled { .. } => 9,
            Problem::TwoHandlers { .. } => 10,
            Problem::Option { .. } => 11,
            Problem::NothingProvided { .. } => 12,
            Problem::Setting { .. } => 13,
            Problem::Section { .. } => 14,
            Problem::Expected { .. } => 15,
            Problem::UnknownSelection { .. } => 16,
            Problem::Nothing { declared: 0 } => 17,
            Problem::Nothing { .. } => 18,
        }
    }

    #[derive(Deserialize)]
    struct Http {
        #[allow(dead_code, reason = "it is read, and not looked at")]
        port: u16,
    }

    impl Section for Http {
        const PATH: &'static str = "http";
    }

    #[derive(Clone, Deserialize, Serialize)]
    struct Job;
    struct Feed;
    struct Pool;

    fn host() -> HostBuilder {
        Host::builder().service("web", async || {})
    }

    fn feed() -> Provider<Feed> {
        Provider::new(|| async { Ok::<_, BoxError>(Feed) })
    }

    fn needs_feed(host: HostBuilder) -> HostBuilder {
        host.service("reader", async |_: Dep<Feed>| {})
    }

    fn after(name: &'static str) -> HostBuilder {
        host().service("api", Hosted::new(async || {}).after([name]))
    }

    fn handles_jobs(host: HostBuilder, name: &'static str) -> HostBuilder {
        host.queued(name, Queued::new(async |_: Job| {}))
    }

    fn set(setting: &str) -> HostBuilder {
        host()
            .service("http", async |_: Config<Http>| {})
            .configuration(Layers::new().set("http.port=1").set(setting))
    }

    /// For each row: the host that has the problem, the words of the help that are followed, and the host that follows them.
    fn samples() -> Vec<(HostBuilder, &'static str, HostBuilder)> {
        let pool = || Provider::new(|_: Dep<Feed>| async { Ok::<_, BoxError>(Pool) });
        let ring = Provider::new(|_: Dep<Pool>| async { Ok::<_, BoxError>(Feed) });
        let enqueues = || host().service("api", async |_: Queue<Job>| {});
        let late = |timeout| Hosted::new(async || {}).start_timeout(Duration::from_secs(timeout));
        vec![
            (host().service("web", async || {}), "`name = \"web-2\"`", host().service("web-2", async || {})),
            (host().service("a b", async || {}), "write \"a_b\"", host().service("a_b", async || {})),
            (after("wbe"), "did you mean `web`?", after("web")),
            (after("api"), "remove one `after`", host()),
            (needs_feed(host()), "`.provide(value)`", needs_feed(host().provide(Feed))),
            (needs_feed(host().provide(Feed).provide(Feed)), "remove one", needs_feed(host().provide(Feed))),
            (
                needs_feed(host().provide(Feed).provide_with("feed", feed())),
                "remove one",
                needs_feed(host().provide_with("feed", feed())),
            ),
            (
                needs_feed(host().provide_with("pool", pool()).provide_with("feed", ring)),
                "remove one of these parameters",
                needs_feed(host().provide_with("pool", pool()).provide_with("feed", feed())),
            ),
            (
                needs_feed(host().provide_with("feed", feed().scope(Lifetime::Run))),
                "remove `scope = \"run\"`",
                needs_feed(host().provide_with("feed", feed())),
            ),
            (enqueues(), "whose first parameter is a `Job`", handles_jobs(enqueues(), "work")),
            (handles_jobs(handles_jobs(host(), "a"), "b"), "remove one", handles_jobs(host(), "a")),
            (host().service("late", late(0)), "write a duration such as", host().service("late", late(10))),
            (
                host().provide_with("unit", Provider::new(|| async { Ok::<_, BoxError>(()) })),
                "return the value",
                host().provide_with("unit", feed()),
            ),
            (set("host.stop_timeout=10"), "write \"10s\"", set("host.stop_timeout=10s")),
            (set("http.port=x"), "write `--set http.port=1`", set("http.port=1")),
            (host().expect(["wbe"]), "did you mean `web`?", host().expect(["web"])),
            (host().only(["wbe"]), "did you mean `web`?", host().only(["web"])),
            (Host::builder(), "annotate a function", host()),
            (host().except(["web"]), "turn one on", host()),
        ]
    }

    #[test]
    fn every_help_helps() {
        let samples = samples();
        let mut tried = vec![false; samples.len()];
        for (wrong, followed, right) in samples {
            let error = wrong.build().expect_err(followed);
            let problem = &error.problems()[0];
            assert!(problem.help().contains(followed), "{problem}");
            tried[row(problem)] = true;
            if let Err(error) = right.build() {
                panic!("after `{followed}`: {error}");
            }
        }
        assert!(tried.iter().all(|tried| *tried), "not every row has its host: {tried:?}");
    }
}
