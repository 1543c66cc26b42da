//! The command line: words in, a command out, or the exit code that a mistake deserves.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command as Clap};

use super::Program;

/// What to do, and with what.
#[derive(Debug, Default)]
pub(super) struct Args {
    pub(super) command: Command,
    pub(super) only: Option<Vec<String>>,
    pub(super) except: Vec<String>,
    #[cfg_attr(not(feature = "config"), allow(dead_code))]
    pub(super) config: Option<PathBuf>,
    #[cfg_attr(not(feature = "config"), allow(dead_code))]
    pub(super) profile: Option<String>,
    #[cfg_attr(not(feature = "config"), allow(dead_code))]
    pub(super) set: Vec<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Command {
    #[default]
    Run,
    List {
        json: bool,
    },
    Check,
    #[cfg(feature = "config")]
    Config {
        json: bool,
    },
    Trigger {
        name: String,
    },
    #[cfg(feature = "cron")]
    Next {
        name: String,
        count: usize,
        from: Option<String>,
    },
}

/// Help and version are printed here, and so are mistakes; both end the program with the code.
pub(super) fn parse(program: &Program) -> Result<Args, ExitCode> {
    match clap(program).try_get_matches() {
        Ok(matches) => Ok(read(&matches)),
        Err(error) => {
            let _ = error.print();
            Err(ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)))
        }
    }
}

fn clap(program: &Program) -> Clap {
    let run = Clap::new("run")
        .about("Run the services until a signal, a failure, or the end of all work (the default)");
    let list = Clap::new("list")
        .about("List every service with its kind, crate, version and place")
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help("As JSON"));
    let check = Clap::new("check").about("Validate the plan without starting anything; exit code 0 or 78");
    let trigger = Clap::new("trigger")
        .about("Run a timer once, in this process, with what it is given and without hooks; exit code 0 or 1")
        .arg(Arg::new("NAME").required(true).help("The timer"));
    let commands = [run, list, check, trigger];
    #[cfg(feature = "config")]
    let commands = commands.into_iter().chain([config()]);
    #[cfg(feature = "cron")]
    let commands = commands.into_iter().chain([next()]);
    let clap = Clap::new(program.package)
        .version(program.version)
        .about(program.about)
        .disable_help_subcommand(true);
    options(clap).subcommands(commands.into_iter().map(options))
}

#[cfg(feature = "config")]
fn config() -> Clap {
    Clap::new("config")
        .about("Print the configuration in force, each value with its origin; secrets are masked")
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help("As JSON"))
}

#[cfg(feature = "cron")]
fn next() -> Clap {
    Clap::new("next")
        .about("Tell when a timer is due next, in its time zone; where clocks are changed is marked")
        .arg(Arg::new("NAME").required(true).help("The timer"))
        .arg(
            Arg::new("count")
                .short('n')
                .value_name("COUNT")
                .value_parser(clap::value_parser!(usize))
                .help("How many due times [default: 10]"),
        )
        .arg(
            Arg::new("from")
                .long("from")
                .value_name("T")
                .help("Due times strictly after this time, such as 2026-03-29T01:00:00Z [default: now]"),
        )
}

/// They may stand before the command and after it. (clap's own `global` would lose the list before it.)
fn options(clap: Clap) -> Clap {
    let names = |flag: &'static str, help: &'static str| {
        let arg = Arg::new(flag).long(flag).value_name("NAMES").value_delimiter(',');
        arg.action(ArgAction::Append).help(help)
    };
    let clap = clap
        .arg(names("only", "Run these services or groups only (comma-separated, or repeated)"))
        .arg(names("except", "Leave these services or groups out"));
    configuration(clap)
}

#[cfg(feature = "config")]
fn configuration(clap: Clap) -> Clap {
    let path = clap::value_parser!(PathBuf);
    clap.arg(
        Arg::new("config")
            .long("config")
            .value_name("FILE")
            .value_parser(path)
            .help("Read this file instead of hostkit.toml"),
    )
    .arg(Arg::new("profile").long("profile").value_name("P").help("Read hostkit.<P>.toml as well"))
    .arg(
        Arg::new("set")
            .long("set")
            .value_name("K=V")
            .action(ArgAction::Append)
            .value_parser(pair)
            .help("Set one value, such as host.stop_timeout=5s"),
    )
}

#[cfg(feature = "config")]
fn pair(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((key, _)) if !key.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("write it like `host.stop_timeout=5s`".into()),
    }
}

#[cfg(not(feature = "config"))]
fn configuration(clap: Clap) -> Clap {
    clap
}

fn read(root: &ArgMatches) -> Args {
    let (command, sides) = match root.subcommand() {
        Some(("list", list)) => (Command::List { json: list.get_flag("json") }, vec![root, list]),
        #[cfg(feature = "config")]
        Some(("config", config)) => (Command::Config { json: config.get_flag("json") }, vec![root, config]),
        Some(("check", check)) => (Command::Check, vec![root, check]),
        Some(("trigger", trigger)) => (Command::Trigger { name: name(trigger) }, vec![root, trigger]),
        #[cfg(feature = "cron")]
        Some(("next", next)) => {
            let count = next.get_one("count").copied().unwrap_or(10);
            let from = next.get_one("from").cloned();
            (Command::Next { name: name(next), count, from }, vec![root, next])
        }
        Some((_, run)) => (Command::Run, vec![root, run]),
        None => (Command::Run, vec![root]),
    };
    let many = |flag| {
        let given = sides.iter().filter_map(|side| side.try_get_many::<String>(flag).ok().flatten());
        given.flatten().cloned().collect::<Vec<_>>()
    };
    Args {
        command,
        only: Some(many("only")).filter(|names| !names.is_empty()),
        except: many("except"),
        config: last(&sides, "config"),
        profile: last(&sides, "profile"),
        set: many("set"),
    }
}

fn name(command: &ArgMatches) -> String {
    command.get_one("NAME").cloned().unwrap_or_default()
}

/// Of a single value that stands on both sides the one after the command counts.
fn last<T: Clone + Send + Sync + 'static>(sides: &[&ArgMatches], flag: &str) -> Option<T> {
    sides.iter().rev().find_map(|side| side.try_get_one(flag).ok().flatten().cloned())
}
