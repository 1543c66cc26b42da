//! From the first word of the command line to the exit code.

use std::process::ExitCode;

use tokio::runtime::{Builder, Runtime};

use super::args::{self, Args};
use super::frame::Look;
use super::{IntoConfigured, Program, log, panic, say};
use crate::failure::Failure;
use crate::host::{Draft, Host, HostBuilder, Problem, briefly};
use crate::life::{caught, note_places};
use crate::outcome::BoxError;
use crate::text::Escaped;

/// A run by hand failed.
#[cfg(feature = "cli")]
pub(super) const FAILED: u8 = 1;
/// Wrong usage of the command line.
pub(super) const USAGE: u8 = 2;
/// The start failed.
const START: u8 = 3;
/// `EX_CONFIG` of sysexits: an invalid plan or configuration.
pub(super) const CONFIG: u8 = 78;

/// What `hostkit::main!` calls.
pub fn main<C: IntoConfigured>(program: Program, configure: impl FnOnce(HostBuilder) -> C) -> ExitCode {
    panic::install();
    let args = match args::parse(&program) {
        Ok(args) => args,
        Err(code) => return code,
    };
    match prepared(&program, args, configure) {
        Ok(code) => code,
        Err(Trouble { code, says }) => {
            if let Some(says) = says {
                say::error(says);
            }
            ExitCode::from(code)
        }
    }
}

pub(super) struct Trouble {
    code: u8,
    /// Nothing if it has been told already.
    says: Option<String>,
}

pub(super) fn trouble(code: u8, says: impl ToString) -> Trouble {
    Trouble { code, says: Some(says.to_string()) }
}

/// The plan, proven; what is wrong with it has been told.
pub(super) fn proven(draft: Draft, look: Look) -> Result<Host, Trouble> {
    let warnings = draft.warnings.clone();
    draft.build().map_err(|error| {
        look.invalid(&error, &warnings);
        Trouble { code: CONFIG, says: None }
    })
}

fn prepared<C: IntoConfigured>(
    program: &Program,
    args: Args,
    configure: impl FnOnce(HostBuilder) -> C,
) -> Result<ExitCode, Trouble> {
    let layers = Configuration::read(&args);
    let runtime = runtime(program, layers.worker_threads())
        .map_err(|error| trouble(START, format!("the runtime can't be built: {error}")))?;
    let host = {
        let _runtime = runtime.enter(); // what `configure` makes may want one
        configured(configure, HostBuilder::new().discover())?
    };
    note_places(); // after `configure`, which may set a hook of its own
    let source = layers.source_of_worker_threads();
    let mut host = layers.over(host);
    if program.current_thread
        && let Some(source) = source
    {
        host.problems.push(Problem::Setting {
            key: "host.worker_threads".into(),
            says: "the program runs on `flavor = \"current_thread\"`: remove the setting, or the flavor"
                .into(),
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
) -> Result<HostBuilder, Trouble> {
    let configured = caught(|| configure(host).into_configured());
    let configured =
        configured.and_then(|configured| configured.map_err(|error: BoxError| Failure::of(error)));
    configured.map_err(|failure| trouble(START, format!("`configure` failed: {}", Escaped(failure))))
}

/// An unknown name on the command line is a slip of the hand, not of the plan.
fn selection_is_known(draft: &Draft) -> Result<(), Trouble> {
    let unknown = draft.selection.unknown(&draft.entries);
    if unknown.is_empty() {
        return Ok(());
    }
    let says: Vec<_> = unknown
        .into_iter()
        .map(|(name, nearest)| match nearest {
            Some(nearest) => format!("no service and no group is named `{name}`; did you mean `{nearest}`?"),
            None => format!("no service and no group is named `{name}`; `list` shows what there is"),
        })
        .collect();
    Err(trouble(USAGE, says.join("\nerror: ")))
}

#[cfg(feature = "cli")]
fn command(args: &Args, draft: Draft, warnings: Vec<String>, runtime: Runtime) -> Result<ExitCode, Trouble> {
    use super::{args::Command, list};
    let look = Look::of(args.json);
    if args.command != Command::Run {
        for warning in &warnings {
            say::warning(warning);
        }
    }
    if !matches!(args.command, Command::Run | Command::Check | Command::Trigger { .. }) {
        for warning in &draft.warnings {
            say::problem(format_args!("warning: {warning}"));
        }
    }
    match &args.command {
        Command::List => {
            list::list(&draft, args.json);
            Ok(ExitCode::SUCCESS)
        }
        Command::Check => {
            list::plan(&proven(draft, look)?, args.json);
            Ok(ExitCode::SUCCESS)
        }
        #[cfg(feature = "config")]
        Command::Config => {
            super::config::config(&draft, args.json);
            if let Err(error) = draft.build() {
                let (count, s) = (error.problems().len(), if error.problems().len() == 1 { "" } else { "s" });
                say::warning(format_args!("{count} problem{s}: `check` tells what is wrong"));
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Graph { format } => {
            say::result(super::graph::graph(&draft, *format));
            Ok(ExitCode::SUCCESS)
        }
        Command::Trigger { name, job } => {
            super::trigger::trigger(draft, name, job.as_deref(), &runtime, look)
        }
        #[cfg(feature = "cron")]
        Command::Next { name, count, from } => {
            let timer = super::named::timer(&draft, name)?;
            let now = crate::clock::Wall::default().now();
            let next = super::next::next(&timer.rhythm, timer.first, from.as_deref(), *count, now);
            say::result(next.map_err(|says| trouble(USAGE, says))?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Run => run(draft, warnings, runtime, look),
    }
}

#[cfg(not(feature = "cli"))]
fn command(_: &Args, draft: Draft, warnings: Vec<String>, runtime: Runtime) -> Result<ExitCode, Trouble> {
    run(draft, warnings, runtime, Look::of(false))
}

fn run(draft: Draft, warnings: Vec<String>, runtime: Runtime, look: Look) -> Result<ExitCode, Trouble> {
    log::install(&draft.settings.log);
    for warning in warnings {
        match log::is_installed() {
            true => tracing::warn!(target: "hostkit", "{warning}"),
            false => say::warning(warning),
        }
    }
    let host = proven(draft, look)?;
    let report = runtime.block_on(host.run());
    runtime.shutdown_background(); // what still holds a thread was named, and ends with the process
    let code = report.exit_code();
    briefly(move || {
        look.failed_start(&report);
        if !log::is_installed() && !report.is_clean() {
            say::error(&report);
        }
    });
    Ok(ExitCode::from(code))
}

fn runtime(program: &Program, configured: Option<usize>) -> std::io::Result<Runtime> {
    let mut builder =
        if program.current_thread { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    if let Some(threads) = configured.or(program.worker_threads) {
        builder.worker_threads(threads);
    }
    builder.enable_all().thread_name("hostkit-worker").build()
}

/// What files, the environment and `--set` say, kept until `configure` has spoken: it is below them.
struct Configuration {
    #[cfg(feature = "config")]
    layers: crate::config::Layers,
}

#[cfg(feature = "config")]
impl Configuration {
    fn read(args: &Args) -> Self {
        let mut layers = crate::config::Layers::standard(args.config.as_deref(), args.profile.as_deref());
        if std::env::var_os("RUST_LOG").is_some_and(|filter| filter.to_str().is_none()) {
            layers.no_text("RUST_LOG");
        }
        Configuration { layers: args.set.iter().fold(layers, |layers, set| layers.set(set)) }
    }

    /// Asked for before there is a host; what is wrong with it is told with all the rest.
    fn worker_threads(&self) -> Option<usize> {
        self.over_nothing().draft().settings.worker_threads
    }

    fn source_of_worker_threads(&self) -> Option<String> {
        self.layers.source(&["host", "worker_threads"])
    }

    fn over_nothing(&self) -> HostBuilder {
        HostBuilder::new().configuration(self.layers.clone())
    }

    fn over(self, host: HostBuilder) -> HostBuilder {
        host.configuration(self.layers)
    }
}

#[cfg(not(feature = "config"))]
impl Configuration {
    fn read(_: &Args) -> Self {
        Configuration {}
    }

    fn worker_threads(&self) -> Option<usize> {
        None
    }

    fn source_of_worker_threads(&self) -> Option<String> {
        None
    }

    fn over(self, host: HostBuilder) -> HostBuilder {
        host
    }
}
