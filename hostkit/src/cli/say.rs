//! What people are told: results on standard output, problems on standard error. A reader that has gone away is no error;
//! `println!` and `eprintln!` would panic.

use std::fmt::Display;
use std::io::{ErrorKind, Result, Write, stderr, stdout};

use crate::outcome::text::Escaped;

/// Whether there is still a reader. A result that can't be written is a failure of the command.
#[cfg_attr(not(feature = "cli"), allow(dead_code))]
pub(super) fn result(text: impl Display) -> Result<bool> {
    let mut out = stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        written => written.map(|()| true),
    }
}

pub(super) fn problem(text: impl Display) {
    let _ = writeln!(stderr().lock(), "{text}"); // there is nowhere else to say it
}

/// No problem, but no result of a command either: what the command runs prints those.
#[cfg(feature = "cli")]
pub(super) fn note(text: impl Display) {
    #[cfg(feature = "log")]
    if is_json() {
        return tell("", "INFO", text);
    }
    problem(text);
}

pub(super) fn error(text: impl Display) {
    tell("error", "ERROR", text);
}

/// What failed, in words that are the same each time, and how. In JSON these are two fields.
pub(super) fn failed(what: &str, error: impl Display) {
    #[cfg(feature = "log")]
    if is_json() {
        let mut line = super::json_lines::JsonLine::new("ERROR");
        line.put("message", &what.into());
        line.put("error", &error.to_string().into());
        return problem(line.end("hostkit"));
    }
    self::error(format_args!("{what}: {}", Escaped(error)));
}

pub(super) fn warning(text: impl Display) {
    tell("warning", "WARN", text);
}

#[cfg(feature = "log")]
fn tell(label: &str, level: &str, text: impl Display) {
    if !is_json() {
        return problem(format_args!("{label}: {text}"));
    }
    let mut line = super::json_lines::JsonLine::new(level);
    line.put("message", &text.to_string().into());
    problem(line.end("hostkit"));
}

#[cfg(not(feature = "log"))]
fn tell(label: &str, _: &str, text: impl Display) {
    problem(format_args!("{label}: {text}"));
}

#[cfg(feature = "log")]
static JSON: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// From now on all that is said on standard error is JSON, an object a line, as the log is.
#[cfg(feature = "log")]
pub(super) fn in_json() {
    JSON.store(true, std::sync::atomic::Ordering::Relaxed);
}

#[cfg(feature = "log")]
pub(super) fn is_json() -> bool {
    JSON.load(std::sync::atomic::Ordering::Relaxed)
}
