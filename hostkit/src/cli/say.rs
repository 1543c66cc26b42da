//! What people are told: results on standard output, problems on standard error. A reader that has gone away is no error;
//! `println!` and `eprintln!` would panic.

use std::fmt::Display;
use std::io::{Write, stderr, stdout};

#[cfg_attr(not(feature = "cli"), allow(dead_code))]
pub(super) fn result(text: impl Display) {
    let _ = writeln!(stdout().lock(), "{text}");
}

pub(super) fn problem(text: impl Display) {
    let _ = writeln!(stderr().lock(), "{text}");
}

pub(super) fn error(text: impl Display) {
    tell("error", "ERROR", text);
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
