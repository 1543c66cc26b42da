//! From the first word of the command line to the exit code.

use std::process::ExitCode;

use hostkit_grammar::Suggestion;
use tokio::runtime::Runtime;

use super::args::{self, Args};
use super::frame::OutputStyle;
use super::{IntoConfigured, Program, log, panic, runtime, say};
#[cfg(feature = "cli")]
use crate::host::run_alone;
use crate::host::{Draft, Host, HostBuilder, LogSettings, Problem, briefly, prepare, unlogged_by};
use crate::outcome::failure::Failure;
use crate::outcome::result::BoxError;
use crate::sync::{catch_panic, record_panic_locations};

/// A run by hand failed, or a result could not be written.
#[cfg(feature = "cli")]
pub(super) const FAILED: u8 = 1;
/// Wrong usage of the command line.
pub(super) const USAGE: u8 = 2;
/// The start failed.
pub(super) const START: u8 = 3;
/// `EX_CONFIG` of sysexits: an invalid plan or configuration.
pub(super) const CONFIG: u8 = 78;

/// What `hostkit::main!` calls.
pub fn main<C: IntoConfigured>(program: Program, configure: impl FnOnce(HostBuilder) -> C) -> ExitCode {
    prepare(); // before everything else: whatever takes its time, no signal is lost
    unlogged_by(|text| say::error(text));
    panic::install();
    let done = match args::parse(&program) {
        Ok(Some(args)) => prepared(&program, args, configure),
        Ok(None) => Ok(ExitCode::SUCCESS),
        Err(trouble) => Err(trouble),
    };
    match done {
        Ok(code) => code,
        Err(CliError { code, told }) => {
            match told {
                EarlyEnd::Already => {}
                EarlyEnd::Not(says) => say::error(says),
                EarlyEnd::Failed(what, error) => say::failed(&what, error),
            }
            ExitCode::from(code)
        }
    }
}

pub(super) struct CliError {
    code: u8,
    told: EarlyEnd,
}

enum EarlyEnd {
    Already,
    Not(String),
    /// What failed, and how.
    Failed(String, String),
}

impl CliError {
    /// What is wrong has been told.
    pub(super) fn told(code: u8) -> Self {
        CliError { code, told: EarlyEnd::Already }
    }
}

pub(super) fn trouble(code: u8, says: impl ToString) -> CliError {
    CliError { code, told: EarlyEnd::Not(says.to_string()) }
}

/// `what` failed with this error.
pub(super) fn failed(code: u8, what: impl ToString, error: impl ToString) -> CliError {
    CliError { code, told: EarlyEnd::Failed(what.to_string(), error.to_string()) }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        trouble(1, format!("can't write to standard output: {error}"))
    }
}

/// The plan, proven; what is wrong with it has been told.
pub(super) fn proven(draft: Draft, look: OutputStyle) -> Result<Host, CliError> {
    let warnings = draft.warnings.clone();
    draft.build().map_err(|error| {
        look.invalid(&error, &warnings);
        CliError::told(CONFIG)
    })
}

fn prepared<C: IntoConfigured>(
    program: &Program,
    args: Args,
    configure: impl FnOnce(HostBuilder) -> C,
) -> Result<ExitCode, CliError> {
    #[cfg(feature = "cli")]
    if !args.command.runs() {
        run_alone();
    }
    let layers = LoadedLayers::read(&args);
    let (threads, log) = layers.asked_for_first();
    log::speak(&log);
    let source = threads.as_ref().map(|(_, source)| source.clone());
    #[cfg(feature = "cli")]
    let runtime = if args.command.runs() {
        runtime::of_host(program, threads, OutputStyle::of(args.json))?
    } else {
        runtime::of_command()?
    };
    #[cfg(not(feature = "cli"))]
    let runtime = runtime::of_host(program, threads, OutputStyle::of(false))?;
    let done = planned(program, args, configure, layers, (source, &log), &runtime);
    // The one end of the runtime, whatever the command: what still holds a thread was named, and ends with the process.
    runtime.shutdown_background();
    done
}

fn planned<C: IntoConfigured>(
    program: &Program,
    args: Args,
    configure: impl FnOnce(HostBuilder) -> C,
    layers: LoadedLayers,
    (source, log): (Option<String>, &LogSettings),
    runtime: &Runtime,
) -> Result<ExitCode, CliError> {
    let host = {
        let _runtime = runtime.enter(); // what `configure` makes may want one
        log::within(log, || configured(configure, HostBuilder::new().discover()))?
    };
    record_panic_locations(); // after `configure`, which may set a hook of its own
    let mut host = layers.over(host);
    if program.current_thread
        && let Some(source) = source
    {
        host.problems.push(Problem::Setting {
            key: "host.worker_threads".into(),
            what: "`host.worker_threads`: the program runs on `flavor = \"current_thread\"`".into(),
            help: "remove the setting, or the flavor".into(),
            source,
        });
    }
    if args.only.is_some() {
        host = host.only(args.only.iter().flatten());
    }
    host = host.except(&args.except);
    let mut draft = host.draft();
    let warnings = std::mem::take(&mut draft.missed); // told by every command, and before what is wrong with the plan
    selection_is_known(&draft)?;
    command(&args, draft, warnings, runtime)
}

fn configured<C: IntoConfigured>(
    configure: impl FnOnce(HostBuilder) -> C,
    host: HostBuilder,
) -> Result<HostBuilder, CliError> {
    let configured = catch_panic(|| configure(host).into_configured());
    let configured =
        configured.and_then(|configured| configured.map_err(|error: BoxError| Failure::of(error)));
    configured.map_err(|failure| failed(START, "`configure` failed", failure))
}

/// An unknown name on the command line is a slip of the hand, not of the plan.
fn selection_is_known(draft: &Draft) -> Result<(), CliError> {
    let unknown = draft.selection.unknown(&draft.entries);
    if unknown.is_empty() {
        return Ok(());
    }
    let is_hook = |name: &str| draft.hooks.iter().any(|hook| hook.name == name);
    let says: Vec<_> = unknown
        .into_iter()
        .map(|(name, nearest)| match nearest {
            _ if is_hook(&name) => format!("`{name}` is a hook: hooks always run, and can't be selected"),
            nearest => {
                let help = Suggestion::new(nearest).or("`list` shows all names");
                format!("no service or group is named `{name}`; {help}")
            }
        })
        .collect();
    Err(trouble(USAGE, says.join("\nerror: ")))
}

#[cfg(feature = "cli")]
fn command(
    args: &Args,
    draft: Draft,
    warnings: Vec<String>,
    runtime: &Runtime,
) -> Result<ExitCode, CliError> {
    use super::{args::Command, list};
    let look = OutputStyle::of(args.json);
    if args.command != Command::Run {
        for warning in &warnings {
            say::warning(warning);
        }
    }
    if !matches!(args.command, Command::Run | Command::Check | Command::Trigger { .. }) {
        for warning in &draft.warnings {
            say::warning(warning);
        }
    }
    match &args.command {
        Command::List => {
            list::list(&draft, args.json)?;
            warn_of_problems(draft);
            Ok(ExitCode::SUCCESS)
        }
        Command::Check => {
            list::plan(&proven(draft, look)?, args.json)?;
            Ok(ExitCode::SUCCESS)
        }
        #[cfg(feature = "config")]
        Command::Config => {
            super::config::config(&draft, args.json)?;
            warn_of_problems(draft);
            Ok(ExitCode::SUCCESS)
        }
        Command::Graph { format } => {
            say::result(super::graph::graph(&draft, *format))?;
            warn_of_problems(draft);
            Ok(ExitCode::SUCCESS)
        }
        Command::Trigger { name, job } => super::trigger::trigger(draft, name, job.as_deref(), runtime, look),
        #[cfg(feature = "cron")]
        Command::Next { name, count, from } => {
            let timer = super::named::timer(&draft, name)?;
            let now = crate::time::clock::WallClock::default().now();
            let lines = super::next::next(&timer.rhythm, timer.first, from.as_deref(), *count, now);
            let lines = lines.map_err(|says| trouble(USAGE, says))?;
            proven(super::trigger::alone(draft, name), look)?; // no schedule is shown that is not in force
            for line in lines {
                if !say::result(line)? {
                    break;
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Run => run(draft, warnings, runtime, look),
    }
}

/// A view of a plan that can't run says so.
#[cfg(feature = "cli")]
fn warn_of_problems(draft: Draft) {
    if let Err(error) = draft.build() {
        let (count, s) = (error.problems().len(), if error.problems().len() == 1 { "" } else { "s" });
        say::warning(format_args!("{count} problem{s}: run `check` to see what is wrong"));
    }
}

#[cfg(not(feature = "cli"))]
fn command(_: &Args, draft: Draft, warnings: Vec<String>, runtime: &Runtime) -> Result<ExitCode, CliError> {
    run(draft, warnings, runtime, OutputStyle::of(false))
}

fn run(
    draft: Draft,
    warnings: Vec<String>,
    runtime: &Runtime,
    look: OutputStyle,
) -> Result<ExitCode, CliError> {
    log::install(&draft.settings.log);
    for warning in warnings {
        if log::is_installed() {
            tracing::warn!(target: "hostkit", "{warning}");
        } else {
            say::warning(warning);
        }
    }
    let host = proven(draft, look)?;
    let report = runtime.block_on(host.run());
    let code = report.exit_code();
    briefly(move || {
        look.failed_start(&report);
        if !log::is_installed() && !report.is_clean() {
            say::error(&report);
        }
    });
    Ok(ExitCode::from(code))
}

/// What files, the environment and `--set` say, kept until `configure` has spoken: it is below them.
struct LoadedLayers {
    #[cfg(feature = "config")]
    layers: crate::config::Layers,
}

#[cfg(feature = "config")]
impl LoadedLayers {
    fn read(args: &Args) -> Self {
        let mut layers = crate::config::Layers::standard(args.config.as_deref(), args.profile.as_deref());
        if std::env::var_os("RUST_LOG").is_some_and(|filter| filter.to_str().is_none()) {
            layers.no_text("RUST_LOG");
        }
        LoadedLayers { layers: args.set.iter().fold(layers, |layers, set| layers.set(set)) }
    }

    /// The number of executor threads and where it was set, and the log: asked for before there is a host. What is wrong with them is
    /// told with all the rest.
    fn asked_for_first(&self) -> (Option<(usize, String)>, LogSettings) {
        let settings = HostBuilder::new().configuration(self.layers.clone()).draft().settings;
        let source = self.layers.source(&["host", "worker_threads"]);
        (settings.worker_threads.zip(source), settings.log)
    }

    fn over(self, host: HostBuilder) -> HostBuilder {
        host.configuration(self.layers)
    }
}

#[cfg(not(feature = "config"))]
impl LoadedLayers {
    fn read(_: &Args) -> Self {
        LoadedLayers {}
    }

    fn asked_for_first(&self) -> (Option<(usize, String)>, LogSettings) {
        (None, LogSettings::default())
    }

    fn over(self, host: HostBuilder) -> HostBuilder {
        host
    }
}
