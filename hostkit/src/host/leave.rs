//! The end of the process, from the watch thread: last words, then out. The one door to it.

use std::io::Write;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::park;

/// How long the last words may take: whoever is blocked may hold the log.
const PATIENCE: Duration = Duration::from_millis(500);

/// Ends the process with this code. The last words are spoken on a thread of their own, which is not waited for for long.
pub(super) fn leave(code: i32, last_words: impl FnOnce() + Send + 'static) -> ! {
    let (spoken, heard) = oneshot::channel();
    let speak: Box<dyn FnOnce() + Send> = Box::new(move || {
        last_words();
        let _ = spoken.send(());
    });
    if std::thread::Builder::new().spawn(speak).is_ok() {
        park::wait(heard, Some(PATIENCE));
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
