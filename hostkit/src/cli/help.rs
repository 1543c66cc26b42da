//! Every command and option of the command line, and the text of `--help`.

use super::Program;

/// A command.
#[derive(Debug)]
pub(super) struct CommandSpec {
    pub(super) name: &'static str,
    pub(super) takes_name: bool,
    flags: &'static [FlagSpec],
    help: &'static str,
}

/// An option.
#[derive(Debug)]
pub(super) struct FlagSpec {
    pub(super) short: Option<char>,
    pub(super) long: &'static str,
    /// What its value is called; nothing if it takes none.
    pub(super) value: &'static str,
    /// Whether it may be repeated.
    pub(super) many: bool,
    help: &'static str,
}

const fn command(name: &'static str, flags: &'static [FlagSpec], help: &'static str) -> CommandSpec {
    CommandSpec { name, takes_name: false, flags, help }
}

const fn flag(long: &'static str, value: &'static str, help: &'static str) -> FlagSpec {
    FlagSpec { short: None, long, value, many: false, help }
}

pub(super) const COMMANDS: &[CommandSpec] = &[
    command("run", &[], "Run the services until a signal, a failure, or the end of all work (the default)"),
    command("list", &[], "List all services with kind, schedule, options and location, and why one is off"),
    #[cfg(feature = "config")]
    command(
        "config",
        &[],
        "Print the configuration in force, and where each value comes from; secrets are masked",
    ),
    command("check", &[], "Validate the plan without starting anything; exit code 0 or 78"),
    command(
        "graph",
        &[flag("format", "FORMAT", "mermaid or dot [default: mermaid]")],
        "Print a graph of what runs: the order, and which values each service takes",
    ),
    CommandSpec {
        takes_name: true,
        ..command(
            "trigger",
            &[flag("job", "JSON", "For a queued service: the job to attempt once")],
            "Run a timer or attempt a job once, in this process, without hooks; exit code 0 or 1",
        )
    },
    #[cfg(feature = "cron")]
    CommandSpec {
        takes_name: true,
        ..command(
            "next",
            &[
                FlagSpec { short: Some('n'), ..flag("count", "COUNT", "How many due times [default: 10]") },
                flag("from", "T", "Only times after this one, such as 2026-03-29T01:00:00Z [default: now]"),
            ],
            "Print when a timer is due next, in its time zone; changes of the clock are marked",
        )
    },
];

/// They may stand before the command and after it.
const EVERYWHERE: &[FlagSpec] = &[
    FlagSpec {
        many: true,
        ..flag("only", "NAMES", "Run only these services or groups (comma-separated or repeated)")
    },
    FlagSpec { many: true, ..flag("except", "NAMES", "Leave out these services or groups") },
    flag("json", "", "Print lists and the plan (stdout) and problems (stderr) as JSON"),
    #[cfg(feature = "config")]
    flag("config", "FILE", "Read this file instead of hostkit.toml"),
    #[cfg(feature = "config")]
    flag("profile", "P", "Read hostkit.<P>.toml as well"),
    #[cfg(feature = "config")]
    FlagSpec { many: true, ..flag("set", "K=V", "Set one value, such as host.stop_timeout=5s") },
];

/// Those that the command takes; without one, those of all.
pub(super) fn flags(word: Option<&'static CommandSpec>) -> impl Iterator<Item = &'static FlagSpec> + use<> {
    word.map_or(&[][..], |word| word.flags).iter().chain(EVERYWHERE)
}

/// What `--help` prints: of the whole, or of one command.
pub(super) fn text(program: &Program, word: Option<&'static CommandSpec>) -> String {
    let name = program.name();
    let mut lines = Vec::new();
    let mut text = match word {
        None => {
            lines.extend(COMMANDS.iter().map(|word| (word.name.to_owned(), word.help)));
            let about = if program.about.is_empty() { "" } else { "\n\n" };
            format!("{}{about}Usage: {name} [OPTIONS] [COMMAND]\n\nCommands:\n", program.about)
        }
        Some(CommandSpec { name: word, takes_name, help, .. }) => {
            let named = if *takes_name { " <NAME>" } else { "" };
            format!("{help}\n\nUsage: {name} {word} [OPTIONS]{named}\n")
        }
    };
    push(&mut text, &lines);
    text += "\nOptions:\n";
    let mut lines: Vec<_> = flags(word).map(|flag| (written(flag), flag.help)).collect();
    lines.push(("-h, --help".into(), "Print this help"));
    lines.push(("-V, --version".into(), "Print the version"));
    push(&mut text, &lines);
    text.truncate(text.trim_end().len());
    text
}

fn written(flag: &FlagSpec) -> String {
    let short = flag.short.map_or("    ".to_owned(), |short| format!("-{short}, "));
    let value = if flag.value.is_empty() { String::new() } else { format!(" <{}>", flag.value) };
    format!("{short}--{}{value}", flag.long)
}

fn push(text: &mut String, lines: &[(String, &str)]) {
    let width = lines.iter().map(|(left, _)| left.len()).max().unwrap_or_default();
    for (left, right) in lines {
        *text += &format!("  {left:width$}  {right}\n");
    }
}
