//! The end of the process, from the watch thread: last words, then out. The one door to it.

use std::io::Write;
use std::sync::mpsc;
use std::time::Duration;

/// How long the last words may take: whoever is blocked may hold the log.
const PATIENCE: Duration = Duration::from_millis(500);

/// Ends the process with this code. The last words are spoken on a thread of their own, which is not waited for for long.
pub(super) fn leave(code: i32, last_words: impl FnOnce() + Send + 'static) -> ! {
    let (spoken, heard) = mpsc::channel();
    let speak = move || {
        last_words();
        let _ = spoken.send(());
    };
    if std::thread::Builder::new().spawn(speak).is_ok() {
        let _ = heard.recv_timeout(PATIENCE);
    }
    std::process::exit(code)
}

/// A last word: to the log, or to standard error where nobody listens to the log.
pub(super) fn say(text: &str) {
    tracing::error!(target: "hostkit", "{text}");
    if !tracing::dispatcher::has_been_set() {
        let _ = writeln!(std::io::stderr().lock(), "error: {text}");
    }
}
