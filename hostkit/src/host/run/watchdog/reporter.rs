//! What the watch has to say, said by a thread of its own: whoever is to read the log may hold it up, and the watch waits for nobody.
//!
//! The thread begins with the first line and ends with the watch. Of lines that find the channel full the number is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::watch::thread;

/// How many lines wait at most.
const CAPACITY: usize = 64;

/// One line of the log, or what belongs together.
type LogLine = Box<dyn FnOnce() + Send>;

#[derive(Default)]
pub(crate) struct Reporter {
    lines: Option<SyncSender<LogLine>>,
    dropped: Arc<AtomicU64>,
}

impl Reporter {
    /// Hands a line over, or counts it as dropped; never waits.
    pub(crate) fn tell(&mut self, line: impl FnOnce() + Send + 'static) {
        let sender = match self.lines.take() {
            Some(sender) => Some(sender),
            None => begin(self.dropped.clone()),
        };
        let told = sender.as_ref().is_some_and(|sender| sender.try_send(Box::new(line)).is_ok());
        if !told {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        self.lines = sender;
    }

    /// What was dropped and not told so far.
    pub(crate) fn dropped(&self) -> Arc<AtomicU64> {
        self.dropped.clone()
    }
}

fn begin(dropped: Arc<AtomicU64>) -> Option<SyncSender<LogLine>> {
    let (sender, lines) = sync_channel(CAPACITY);
    thread("hostkit-reporter", move || report(&lines, &dropped)).ok().map(|()| sender)
}

fn report(lines: &Receiver<LogLine>, dropped: &AtomicU64) {
    for line in lines {
        line();
        tell_dropped(dropped);
    }
}

/// Says how many lines were dropped since this was last told.
pub(crate) fn tell_dropped(dropped: &AtomicU64) {
    let count = dropped.swap(0, Ordering::Relaxed);
    if count > 0 {
        let s = if count == 1 { "" } else { "s" };
        tracing::warn!(
            target: "hostkit",
            dropped = count,
            "{count} line{s} of the watch were lost: the reader of the log is too slow, or gone"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    #[test]
    fn a_line_that_blocks_holds_up_nobody_who_tells_and_what_is_dropped_is_counted() {
        let (mut reporter, (open, gate), (begun, begins)) = (Reporter::default(), channel::<()>(), channel());
        reporter.tell(move || {
            let _ = begun.send(());
            let _ = gate.recv();
        });
        assert!(begins.recv().is_ok());
        (0..CAPACITY + 3).for_each(|_| reporter.tell(|| {}));
        assert_eq!(reporter.dropped().load(Ordering::Relaxed), 3);
        drop(open);
        let (told, heard) = channel();
        while reporter.dropped().load(Ordering::Relaxed) > 0 {
            std::thread::yield_now(); // they are told after the line that blocked
        }
        // What still waits may leave no room for it at first.
        let goes_on = (0..1_000).any(|_| {
            let told = told.clone();
            reporter.tell(move || {
                let _ = told.send(());
            });
            heard.recv_timeout(Duration::from_millis(10)).is_ok()
        });
        assert!(goes_on);
    }
}
