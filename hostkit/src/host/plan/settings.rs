//! The host's own settings: what `[host]` says.

use std::time::Duration;

#[cfg(feature = "config")]
use hostkit_grammar::{Attribute, OptionProblem, Value};

/// How long the host gives itself, and what it minds.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) start_timeout: Duration,
    pub(crate) stop_timeout: Duration,
    pub(crate) close_timeout: Duration,
    pub(crate) drain_delay: Duration,
    pub(crate) stall_warning: Duration,
    #[cfg_attr(not(feature = "config"), allow(dead_code))]
    pub(crate) worker_threads: Option<usize>,
    pub(crate) expect: Vec<String>,
    /// It runs for one run that somebody asked for, who is told what became of that: its own coming and going is no news.
    pub(crate) by_hand: bool,
    #[cfg_attr(not(feature = "config"), allow(dead_code))]
    pub(crate) log: LogSettings,
    /// All that was configured, for who reads other sections.
    #[cfg(feature = "config")]
    pub(crate) tree: crate::config::Tree,
}

/// What `[log]` says. Only `main!` obeys it: a host that is built by hand touches nothing global.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LogSettings {
    pub(crate) format: LogFormat,
    /// Targets and levels, known to be right.
    pub(crate) filter: Option<String>,
}

/// What a line of the log looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(not(feature = "config"), allow(dead_code))]
pub(crate) enum LogFormat {
    #[default]
    Text,
    Json,
}

#[cfg(all(feature = "cli", feature = "config"))]
impl Settings {
    /// The value that an option of `[host]` has, however it came by it; nothing if it has none.
    pub(crate) fn in_force(&self, option: &str) -> Option<Value> {
        let duration = match option {
            "start_timeout" => self.start_timeout,
            "stop_timeout" => self.stop_timeout,
            "close_timeout" => self.close_timeout,
            "drain_delay" => self.drain_delay,
            "stall_warning" => self.stall_warning,
            "worker_threads" => return Some(Value::Count(u32::try_from(self.worker_threads?).ok()?)),
            "expect" => return (!self.expect.is_empty()).then(|| Value::Names(self.expect.clone())),
            _ => return None,
        };
        Some(Value::Duration(duration))
    }
}

#[cfg(feature = "config")]
impl LogSettings {
    pub(crate) fn set(&mut self, key: &str, value: Value) -> Result<(), OptionProblem> {
        match (key, value) {
            ("format", Value::Choice(word)) => {
                self.format = if word.variant == "Json" { LogFormat::Json } else { LogFormat::Text };
            }
            ("filter", Value::Text(filter)) => {
                log_filter(&filter)?;
                self.filter = Some(filter);
            }
            (key, value) => {
                unreachable!("the table has a row for `log.{key}` that nobody applies: {value:?}")
            }
        }
        Ok(())
    }
}

/// What is wrong with a filter, with the help.
#[cfg(all(feature = "config", feature = "log"))]
fn log_filter(text: &str) -> Result<(), OptionProblem> {
    let help = "write targets and levels, such as \"info,my_worker=debug\"";
    let refused = |what| OptionProblem::refused(Attribute::Log, "filter", what, help);
    if text.contains(['[', '{']) {
        return Err(refused("can't filter by span".to_owned()));
    }
    let parsed = text.parse::<tracing_subscriber::filter::Targets>();
    parsed.map(drop).map_err(|error| refused(format!("can't be parsed ({error})")))
}

#[cfg(all(feature = "config", not(feature = "log")))]
fn log_filter(_: &str) -> Result<(), OptionProblem> {
    let what = "has no effect, since hostkit's feature `log` is off";
    Err(OptionProblem::refused(Attribute::Log, "filter", what, "add the feature, or remove the setting"))
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            start_timeout: Duration::from_secs(60),
            stop_timeout: Duration::from_secs(25),
            close_timeout: Duration::from_secs(2),
            drain_delay: Duration::ZERO,
            stall_warning: Duration::from_millis(250),
            worker_threads: None,
            expect: Vec::new(),
            by_hand: false,
            log: LogSettings::default(),
            #[cfg(feature = "config")]
            tree: crate::config::Tree::default(),
        }
    }
}
