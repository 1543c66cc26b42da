//! The subscriber that `main!` installs when the program has set none.

#[cfg(feature = "log")]
use tracing_subscriber::filter::{LevelFilter, ParseError, Targets};

#[cfg(feature = "log")]
use super::json_lines::{JsonFields, JsonLines};
#[cfg(feature = "log")]
use super::say;
#[cfg(feature = "log")]
use super::text_fields::{self, TextFields};
#[cfg(feature = "log")]
use crate::host::LogFormat;
use crate::host::LogSettings;

/// Lines on standard error, as text or JSON; `RUST_LOG`, or else `[log] filter`, filters them by target and level
/// (`info,hostkit=debug,my_worker::feed=trace`), by default `info`. (Filters by span would bring a regex engine into every
/// build, a quarter of its time.)
#[cfg(feature = "log")]
pub(super) fn install(settings: &LogSettings) {
    use tracing_subscriber::util::SubscriberInitExt;

    speak(settings); // `configure` may have set another format
    let (log, mistake) = subscriber(settings);
    // It fails where the program has set one of its own.
    if let (Ok(()), Some(mistake)) = (log.try_init(), mistake) {
        tracing::warn!(target: "hostkit", "can't parse RUST_LOG ({mistake}): logging at info");
    }
}

/// From here on what is said on standard error has the form of the log, also where nobody logs it.
#[cfg(feature = "log")]
pub(super) fn speak(settings: &LogSettings) {
    if settings.format == LogFormat::Json {
        say::in_json();
    }
}

#[cfg(not(feature = "log"))]
pub(super) fn speak(_: &LogSettings) {}

/// What is logged meanwhile is seen, and the place of the global subscriber stays free for one of the program's own.
#[cfg(feature = "log")]
pub(super) fn within<T>(settings: &LogSettings, work: impl FnOnce() -> T) -> T {
    if is_installed() { work() } else { tracing::dispatcher::with_default(&subscriber(settings).0, work) }
}

/// The subscriber, and what is wrong with `RUST_LOG`.
#[cfg(feature = "log")]
fn subscriber(settings: &LogSettings) -> (tracing::Dispatch, Option<String>) {
    use std::io::{IsTerminal, stderr};
    use tracing_subscriber::prelude::*;

    let wish = std::env::var("RUST_LOG").ok().filter(|wish| !wish.trim().is_empty());
    let (filter, mistake) = match wish.as_deref().map(filter) {
        None => (settings.filter.as_deref().and_then(|filter| self::filter(filter).ok()), None),
        Some(Ok(filter)) => (Some(filter), None),
        Some(Err(mistake)) => (None, Some(mistake)),
    };
    let filter = filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    // `my_worker=debug` alone would take the services' names off the lines, for their spans are hostkit's. `off` stays off.
    let of_hostkit = |(target, _): (&str, LevelFilter)| "hostkit".starts_with(target);
    let filter = if filter.default_level().is_some() || filter.iter().any(of_hostkit) {
        filter
    } else {
        filter.with_target("hostkit", LevelFilter::ERROR)
    };
    let colour = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    // By itself it would say by `eprintln!` that nobody reads, and panic.
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr).log_internal_errors(false);
    let log = tracing_subscriber::registry().with(filter);
    let log = match settings.format {
        LogFormat::Text => log.with(lines.with_ansi(colour).fmt_fields(TextFields)).into(),
        LogFormat::Json => log.with(lines.fmt_fields(JsonFields).event_format(JsonLines)).into(),
    };
    (log, mistake)
}

/// Targets and levels, or what is wrong with them.
#[cfg(feature = "log")]
fn filter(wish: &str) -> Result<Targets, String> {
    if wish.contains(['[', '{']) {
        return Err("it can't filter by span: write targets and levels".to_owned());
    }
    wish.parse().map_err(|error: ParseError| error.to_string())
}

#[cfg(not(feature = "log"))]
pub(super) fn install(_: &LogSettings) {}

#[cfg(not(feature = "log"))]
pub(super) fn within<T>(_: &LogSettings, work: impl FnOnce() -> T) -> T {
    work()
}

/// Whether this thread is in the middle of a line, whose values show themselves.
pub(super) fn is_showing() -> bool {
    #[cfg(feature = "log")]
    return text_fields::is_showing();
    #[cfg(not(feature = "log"))]
    false
}

/// Whether anybody hears what is logged.
pub(super) fn is_installed() -> bool {
    crate::host::is_logged()
}
