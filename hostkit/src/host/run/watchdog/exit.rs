//! The end of the process, from the watch thread: last words, then out. The one door to it.

use std::io::Write;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::sync::block_on;

/// How long last words may take: whoever is blocked may hold the log, and nobody may read it.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long the exit itself may take: C libraries have handlers that run there.
const EXIT: Duration = Duration::from_secs(1);

/// Ends the process with this code, or with the one that the last words put in its place. They are spoken on a thread of their
/// own, which is not waited for for long.
pub(crate) fn leave(code: i32, last_words: impl FnOnce(&AtomicI32) + Send + 'static) -> ! {
    let code = Arc::new(AtomicI32::new(code));
    let better = code.clone();
    let spoken = on_thread(Box::new(move || last_words(&better)));
    let flushed = on_thread(Box::new(flush));
    block_on::wait(async { (spoken.await, flushed.await) }, Some(PATIENCE));
    let code = code.load(Ordering::Acquire);
    // If `main` has returned, its thread is in the exit already, and ours would wait for it for ever.
    let (exiting, exits) = oneshot::channel::<()>();
    let exit = std::thread::Builder::new().spawn(move || {
        let _exiting = exiting;
        std::process::exit(code)
    });
    if exit.is_err() {
        std::process::exit(code)
    }
    block_on::wait(exits, Some(EXIT));
    std::process::abort()
}

/// Ends the process where nothing runs yet that could be told.
pub(crate) fn end_now(code: i32) -> ! {
    std::process::exit(code)
}

/// Does this on a thread of its own, and does not wait for long: it writes to what nobody may read.
///
/// Output of the program's own that nobody takes is flushed there too: at the end of the process it would be waited for, for ever.
pub(crate) fn briefly(work: impl FnOnce() + Send + 'static) {
    let (done, flushed) = (on_thread(Box::new(work)), on_thread(Box::new(flush)));
    block_on::wait(async { (done.await, flushed.await) }, Some(PATIENCE));
}

/// If this blocks, it holds the lock, and the end of the process, which only tries it, leaves standard output alone.
fn flush() {
    let _ = std::io::stdout().lock().flush();
}

/// Tells when it is done, or that there is no thread to be had.
fn on_thread(work: Box<dyn FnOnce() + Send>) -> oneshot::Receiver<()> {
    let (done, over) = oneshot::channel();
    let work = move || {
        work();
        let _ = done.send(());
    };
    let _ = std::thread::Builder::new().spawn(work);
    over
}

/// Whether anybody hears what is logged.
pub(crate) fn is_logged() -> bool {
    // `has_been_set` remembers also a subscriber that was there for a while.
    tracing::dispatcher::get_default(|log| !log.is::<tracing::subscriber::NoSubscriber>())
}

/// How last words are written where nobody listens to the log.
static UNLOGGED: OnceLock<fn(&str)> = OnceLock::new();

/// Last words that nobody logs are written by this.
pub(crate) fn unlogged_by(write: fn(&str)) {
    let _ = UNLOGGED.set(write);
}

/// A last word: to the log, or to standard error where nobody listens to the log.
pub(crate) fn say(text: &str) {
    tracing::error!(target: "hostkit", "{text}");
    if is_logged() {
        return;
    }
    match UNLOGGED.get() {
        Some(write) => write(text),
        None => {
            let _ = writeln!(std::io::stderr().lock(), "error: {text}");
        }
    }
}
