//! Timers: one that only runs, and one whose runs take longer than its period.

use hostkit::prelude::*;

use super::Notes;

#[timed(every = "10s")]
pub(crate) async fn beat(notes: Notes) {
    notes.note("beat");
}

#[timed(delay = "10s")]
pub(crate) fn beat_on_the_pool(notes: Notes) {
    notes.note("beat");
}

#[timed(cron = "*/10 * * * * *")]
pub(crate) async fn beat_by_the_clock(notes: Notes) {
    notes.note("beat");
}

/// A run takes two and a half periods.
#[timed(every = "10ms")]
pub(crate) async fn slow(host: HostHandle, notes: Notes) {
    notes.note("slow begins");
    tokio::time::sleep(Duration::from_millis(25)).await;
    if host.service("slow").and_then(|slow| slow.timer()).expect("it runs").skipped() > 0 {
        notes.note("slow skipped");
    }
}
