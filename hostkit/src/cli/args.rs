//! The command line: words in, a command out, or the exit code that a mistake deserves. What there is, `help.rs` lists.

use std::ffi::OsString;
use std::path::PathBuf;

use hostkit_grammar::{Suggestion, setting};
use lexopt::{Arg, Error, Parser};

use super::graph::GraphFormat;
use super::help::{self, COMMANDS, CommandSpec, FlagSpec};
use super::main::{CliError, USAGE, trouble};
use super::{Program, say};

/// What to do, and with what.
#[derive(Debug, Default)]
pub(super) struct Args {
    pub(super) command: Command,
    /// Lists and problems as JSON.
    pub(super) json: bool,
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
    List,
    #[cfg(feature = "config")]
    Config,
    Check,
    Graph {
        format: GraphFormat,
    },
    Trigger {
        name: String,
        /// As JSON.
        job: Option<String>,
    },
    #[cfg(feature = "cron")]
    Next {
        name: String,
        count: usize,
        from: Option<String>,
    },
}

impl Command {
    /// Whether a host runs for it.
    pub(super) fn runs(&self) -> bool {
        matches!(self, Command::Run | Command::Trigger { .. })
    }
}

/// Nothing if help or the version was all that was asked for: they are printed here.
pub(super) fn parse(program: &Program) -> Result<Option<Args>, CliError> {
    match read(Parser::from_env()).map_err(|says| trouble(USAGE, says))? {
        Asked::Args(args) => return Ok(Some(args)),
        Asked::Help(word) => say::result(help::text(program, word))?,
        Asked::Version => say::result(format_args!("{} {}", program.name(), program.version))?,
    };
    Ok(None)
}

#[derive(Debug)]
enum Asked {
    Args(Args),
    Help(Option<&'static CommandSpec>),
    Version,
}

/// What has been read so far.
#[derive(Default)]
struct ArgsReader {
    word: Option<&'static CommandSpec>,
    name: Option<String>,
    /// Options of one value that stand on this side of the command: of both sides, the one after it counts.
    given: Vec<&'static str>,
    args: Args,
    count: Option<usize>,
    from: Option<String>,
    job: Option<String>,
    format: GraphFormat,
}

fn read(mut parser: Parser) -> Result<Asked, String> {
    let mut reader = ArgsReader::default();
    let mut settings = 0; // how many there were at the last word or option
    while let Some(arg) = parser.next().map_err(surplus)? {
        let after = (reader.args.set.len() > settings).then(|| reader.args.set.last().cloned()).flatten();
        settings = reader.args.set.len();
        let found = match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Asked::Help(reader.word)),
            Arg::Short('V') | Arg::Long("version") => return Ok(Asked::Version),
            Arg::Value(word) => {
                reader.word(text(word, "an argument")?, after.as_deref())?;
                continue;
            }
            Arg::Long(long) => reader.flags().find(|flag| flag.long == long).ok_or(format!("--{long}")),
            Arg::Short(short) => {
                reader.flags().find(|flag| flag.short == Some(short)).ok_or(format!("-{short}"))
            }
        };
        let flag = found.map_err(|written| reader.unknown(&written))?;
        reader.flag(flag, &mut parser)?;
    }
    reader.finish().map(Asked::Args)
}

impl ArgsReader {
    fn flags(&self) -> impl Iterator<Item = &'static FlagSpec> + use<> {
        help::flags(self.word)
    }

    fn unknown(&self, written: &str) -> String {
        let known: Vec<String> = self.flags().map(|flag| format!("--{}", flag.long)).collect();
        let help = Suggestion::of(written, known.iter().map(String::as_str)).or("see `--help`");
        format!("`{written}` is not an option here; {help}")
    }

    /// The command, or the name that it takes.
    fn word(&mut self, text: String, after: Option<&str>) -> Result<(), String> {
        match self.word {
            None => {
                let word = COMMANDS.iter().find(|word| word.name == text);
                self.word = Some(word.ok_or_else(|| {
                    if let Some(says) = stray_setting(&text, after) {
                        return says;
                    }
                    let help =
                        Suggestion::of(&text, COMMANDS.iter().map(|word| word.name)).or("see `--help`");
                    format!("`{text}` is not a command; {help}")
                })?);
                self.given.clear();
            }
            Some(word) if word.takes_name && self.name.is_none() && !text.contains('=') => {
                self.name = Some(text);
            }
            Some(word) => {
                return Err(stray_setting(&text, after).unwrap_or_else(|| format!(
                    "`{}` does not take the argument `{text}`; see `{} --help` (`--only {text}` selects a service)",
                    word.name, word.name
                )));
            }
        }
        Ok(())
    }

    fn flag(&mut self, flag: &'static FlagSpec, parser: &mut Parser) -> Result<(), String> {
        if !flag.many && self.given.contains(&flag.long) {
            return Err(format!("`--{}` is given twice: remove one", flag.long));
        }
        self.given.push(flag.long);
        if flag.value.is_empty() {
            self.args.json = true; // the only one without a value
            return Ok(());
        }
        let value = value(flag, parser)?;
        if flag.long == "config" {
            self.args.config = Some(value.into());
            return Ok(());
        }
        let value = text(value, flag.long)?;
        let names = || value.split(',').map(str::to_owned);
        match flag.long {
            "only" => self.args.only.get_or_insert_default().extend(names()),
            "except" => self.args.except.extend(names()),
            "profile" => self.args.profile = Some(value),
            "set" => self.args.set.push(pair(value)?),
            "from" => self.from = Some(value),
            "job" => self.job = Some(value),
            "format" => self.format = format(&value)?,
            _ => {
                let count = value.parse().map_err(|_| format!("`-n` takes a whole number, not `{value}`"));
                self.count = Some(count?);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Args, String> {
        let word = self.word.map_or("run", |word| word.name);
        if self.word.is_some_and(|word| word.takes_name) && self.name.is_none() {
            return Err(format!("`{word}` needs a name: write `{word} NAME`; `list` shows all names"));
        }
        let name = self.name.unwrap_or_default();
        let command = match word {
            "list" => Command::List,
            #[cfg(feature = "config")]
            "config" => Command::Config,
            "check" => Command::Check,
            "graph" => Command::Graph { format: self.format },
            "trigger" => Command::Trigger { name, job: self.job },
            #[cfg(feature = "cron")]
            "next" => Command::Next { name, count: self.count.unwrap_or(10), from: self.from },
            _ => Command::Run,
        };
        Ok(Args { command, ..self.args })
    }
}

/// One of the languages of `graph`.
fn format(text: &str) -> Result<GraphFormat, String> {
    let known = || GraphFormat::ALL.iter().map(|(name, _)| *name);
    let found = GraphFormat::ALL.iter().find(|(name, _)| *name == text).map(|(_, format)| *format);
    found.ok_or_else(|| match Suggestion::of(text, known()).question() {
        Some(question) => format!("`--format` can't be `{text}`; {question}"),
        None => format!("`--format` takes {}, not `{text}`", known().collect::<Vec<_>>().join(" or ")),
    })
}

/// The value, after `=` or as the next word; an option that stands there is none.
fn value(flag: &FlagSpec, parser: &mut Parser) -> Result<OsString, String> {
    if let Some(attached) = parser.optional_value() {
        return Ok(attached);
    }
    let next = parser.value().ok().filter(|next| !next.as_encoded_bytes().starts_with(b"--"));
    next.ok_or_else(|| format!("`--{0}` needs a value: write `--{0} <{1}>`", flag.long, flag.value))
}

/// A value that may be secret is not repeated.
fn text(value: OsString, of: &str) -> Result<String, String> {
    value.into_string().map_err(|value| match of {
        "set" => {
            let text = value.to_string_lossy();
            format!("the value of `--set {}` is not valid UTF-8", setting::shown(&text))
        }
        "job" => "the value of `--job` is not valid UTF-8".to_owned(),
        "an argument" => format!("`{}` is not valid UTF-8", value.display()),
        of => format!("`{}`, the value of `--{of}`, is not valid UTF-8", value.display()),
    })
}

/// A setting without a key or a value; what else can be wrong with it is a problem of the configuration.
fn pair(text: String) -> Result<String, String> {
    match setting::parse(&text) {
        Err(setting::SettingProblem::NoPair) => {
            let shown = match setting::shown(&text) {
                "" => "`--set`".to_owned(),
                key => format!("`--set {key}`"),
            };
            Err(format!("{shown} sets nothing: write it like `--set host.stop_timeout=5s`"))
        }
        _ => Ok(text),
    }
}

/// What can only be a setting whose `--set` was forgotten, or a value of one that was not in quotes: it may be secret.
fn stray_setting(text: &str, after: Option<&str>) -> Option<String> {
    if let Some(setting) = after {
        let meant = Suggestion::of(text, COMMANDS.iter().map(|word| word.name)).question();
        let meant = meant.map_or(String::new(), |question| format!("; or {question}"));
        return Some(format!(
            "the argument after `--set {}` does not belong to it: put a value with spaces in quotes{meant}",
            setting::shown(setting)
        ));
    }
    let key = text.contains('=').then(|| setting::shown(text))?;
    Some(format!("`{key}=…` is not an argument: write `--set {key}=…`"))
}

fn surplus(error: Error) -> String {
    match error {
        Error::UnexpectedValue { option, value } => {
            format!("`{option}` takes no value, but was given `{}`: write `{option}`", value.display())
        }
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Result<Args, String> {
        match read(Parser::from_args(line.split_whitespace()))? {
            Asked::Args(args) => Ok(args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn options_stand_before_the_command_and_after_it() {
        let read = args("--only a,b --except=c check --only d --except e,f").unwrap();
        assert_eq!(read.command, Command::Check);
        assert_eq!(read.only.unwrap(), ["a", "b", "d"]);
        assert_eq!(read.except, ["c", "e", "f"]);
        assert_eq!(args("").unwrap().command, Command::Run);
        assert!(args("run").unwrap().only.is_none(), "nothing selected is no empty selection");
        assert!(args("list --json").unwrap().json && args("--json check").unwrap().json);
        let trigger =
            |name: &str, job: Option<&str>| Command::Trigger { name: name.into(), job: job.map(Into::into) };
        assert_eq!(args("trigger -- --odd").unwrap().command, trigger("--odd", None));
        assert_eq!(args("trigger a --job {\"b\":-1}").unwrap().command, trigger("a", Some("{\"b\":-1}")));
        assert_eq!(args("trigger --job=-1 a").unwrap().command, trigger("a", Some("-1")));
    }

    #[cfg(feature = "config")]
    #[test]
    fn of_a_single_value_the_one_after_the_command_counts() {
        let read = args("--config a --profile p --set a=1 run --config b --set b=2").unwrap();
        assert_eq!((read.config, read.profile), (Some("b".into()), Some("p".into())));
        assert_eq!(read.set, ["a=1", "b=2"]);
        assert!(args("run --config a --config b").unwrap_err().contains("`--config` is given twice"));
    }

    #[cfg(feature = "cron")]
    #[test]
    fn next_takes_a_count_and_a_time() {
        let next = |name: &str, count, from: Option<&str>| Command::Next {
            name: name.into(),
            count,
            from: from.map(Into::into),
        };
        assert_eq!(args("next a").unwrap().command, next("a", 10, None));
        assert_eq!(args("next -n3 a --from T").unwrap().command, next("a", 3, Some("T")));
        assert_eq!(args("next -n 3 a").unwrap().command, next("a", 3, None));
        assert_eq!(args("next a -n=3").unwrap().command, next("a", 3, None));
        assert!(args("next a -n x").unwrap_err().contains("a whole number, not `x`"));
    }

    #[test]
    fn a_mistake_is_told_with_its_mend() {
        for (line, says) in [
            ("lst", "`lst` is not a command; did you mean `list`?"),
            ("frobnicate", "`frobnicate` is not a command; see `--help`"),
            ("--onyl a", "`--onyl` is not an option here; did you mean `--only`?"),
            ("check --jsn", "`--jsn` is not an option here; did you mean `--json`?"),
            ("-x", "`-x` is not an option here"),
            ("--only", "`--only` needs a value: write `--only <NAMES>`"),
            ("--only --except a", "`--only` needs a value"),
            ("run alpha", "`run` does not take the argument `alpha`; see `run --help`"),
            ("trigger", "`trigger` needs a name: write `trigger NAME`"),
            ("trigger a --job", "`--job` needs a value: write `--job <JSON>`"),
            ("trigger a --job 1 --job 2", "`--job` is given twice"),
            ("run --job 1", "`--job` is not an option here"),
            ("trigger a b", "`trigger` does not take the argument `b`"),
            ("list --json=yes", "`--json` takes no value, but was given `yes`"),
            ("list --json --json", "`--json` is given twice"),
        ] {
            let told = args(line).unwrap_err();
            assert!(told.starts_with(says), "{line}: {told}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_a_path_may_be_no_text() {
        use std::os::unix::ffi::OsStringExt;
        let odd = || OsString::from_vec(vec![b'a', 0xff]);
        let told = read(Parser::from_args(["--only".into(), odd()])).unwrap_err();
        assert!(told.contains("is not valid UTF-8"), "{told}");
        #[cfg(feature = "config")]
        assert!(matches!(
            read(Parser::from_args(["--config".into(), odd()])),
            Ok(Asked::Args(Args { config: Some(path), .. })) if path.as_os_str() == odd()
        ));
    }
}
