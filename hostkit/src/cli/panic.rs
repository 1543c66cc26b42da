//! Panics are lines of the log like all others, whoever panicked: a service, or a thread or task of the program's own. The span
//! that the line is in names the service.

use std::backtrace::Backtrace;
use std::panic::{PanicHookInfo, set_hook, take_hook};

use tracing::subscriber::NoSubscriber;

#[cfg(feature = "log")]
use super::json_lines::JsonLine;
use super::log::is_showing;
#[cfg(feature = "log")]
use super::say;
use crate::outcome::failure::message_of;
use crate::sync::record_panic_location;

/// What a thread without a name is called.
const NO_NAME: &str = "(without a name)";

/// Tells panics from now on. A hook that the program sets itself, in `configure` or later, takes its place.
pub(super) fn install() {
    let before = take_hook();
    set_hook(Box::new(move |info| {
        record_panic_location(info); // of a panic in `configure` too
        if is_showing() {
            // The line of which a value panicked says so.
        } else if !tracing::dispatcher::get_default(|log| log.is::<NoSubscriber>()) {
            tell(info);
        } else if !tell_in_json(info) {
            before(info);
        }
    }));
}

/// Where nobody listens to the log, and all that is said is to be in JSON.
#[cfg(feature = "log")]
fn tell_in_json(info: &PanicHookInfo<'_>) -> bool {
    if !say::is_json() {
        return false;
    }
    let mut line = JsonLine::new("ERROR");
    line.put("message", &format!("panicked: {}", message_of(info.payload())).into());
    line.put("thread", &std::thread::current().name().unwrap_or(NO_NAME).into());
    for (name, value) in [("place", info.location().map(ToString::to_string)), ("backtrace", backtrace())] {
        if let Some(value) = value {
            line.put(name, &value.into());
        }
    }
    say::problem(line.end("hostkit"));
    true
}

#[cfg(not(feature = "log"))]
fn tell_in_json(_: &PanicHookInfo<'_>) -> bool {
    false
}

fn tell(info: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let place = info.location().map(ToString::to_string);
    let backtrace = backtrace();
    tracing::error!(
        target: "hostkit",
        thread = thread.name().unwrap_or(NO_NAME),
        place,
        backtrace,
        "panicked: {}",
        message_of(info.payload())
    );
}

/// On one line, if `RUST_BACKTRACE` asks for it: all of it for `full`, else what is the program's own.
fn backtrace() -> Option<String> {
    let wish = std::env::var("RUST_BACKTRACE").ok().filter(|wish| wish != "0")?;
    let frames = frames(&Backtrace::force_capture().to_string());
    let own: Vec<_> = frames.iter().filter(|frame| wish != "full" && !is_machinery(frame)).cloned().collect();
    Some(if own.is_empty() { frames } else { own }.join(" < "))
}

/// `app::feed::poll (src/feed.rs:12:5)`, the innermost first.
fn frames(backtrace: &str) -> Vec<String> {
    let mut frames: Vec<String> = Vec::new();
    for line in backtrace.lines().map(str::trim_start) {
        match (line.strip_prefix("at "), frames.last_mut()) {
            (Some(place), Some(frame)) => *frame += &format!(" ({place})"),
            _ => frames.push(line.split_once(": ").map_or(line, |(_, name)| name).to_owned()),
        }
    }
    frames
}

/// What is between the user's functions: of the language, of the runtime, of ours. Names of what was inlined lack their crate, so
/// the file counts, too.
fn is_machinery(frame: &str) -> bool {
    const CRATES: [&str; 7] = ["std", "core", "alloc", "tokio", "hostkit", "tracing", "__rustc"];
    const SYMBOLS: [&str; 6] = ["rust_begin_unwind", "main", "start_thread", "_start", "<unknown>", "<fn()"];
    const FILES: [&str; 5] = ["/rustc/", "/tokio-", "/tracing-", "/sysdeps/", "/csu/"];
    let (name, place) = frame.rsplit_once(" (").unwrap_or((frame, ""));
    // `<core::pin::Pin<P> as …>::poll`, `<dyn core::ops::FnOnce …>`
    let path = name.trim_start_matches(['<', '&']).trim_start_matches("dyn ").trim_start_matches("mut ");
    let first = path.split("::").next().unwrap_or(path);
    let ours = file!().trim_end_matches("cli/panic.rs");
    CRATES.contains(&first)
        || SYMBOLS.contains(&name)
        || ["__libc_", "__clone", "clone", "__rust_"].iter().any(|start| path.starts_with(start))
        || FILES.iter().any(|file| place.contains(file))
        || place.contains(ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_backtrace_the_programs_own_frames_are_kept() {
        let text = "   0: std::panicking::begin_panic_handler\n             at /rustc/lib.rs:1:2\n   1: core::panicking::panic_fmt\n   \
                    2: app::feed::poll::{{closure}}\n             at ./src/feed.rs:12:5\n   3: <hostkit::life::Caught<T> as core::future::Future>::poll\n   \
                    4: <app::Own as core::future::future::Future>::poll\n   5: main\n   6: __libc_start_main_impl\n   7: _start\n";
        let frames = frames(text);
        assert_eq!(frames.len(), 8);
        let own: Vec<_> = frames.iter().filter(|frame| !is_machinery(frame)).collect();
        assert_eq!(
            own,
            [
                "app::feed::poll::{{closure}} (./src/feed.rs:12:5)",
                "<app::Own as core::future::future::Future>::poll"
            ]
        );
    }
}
