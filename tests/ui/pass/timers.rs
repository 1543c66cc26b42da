//! Timers in every form: three schedules, and every option.

use hostkit::prelude::*;

#[timed(every = "1s", first = "2s", jitter = "10ms", timeout = "5s", overlap = "queue", missed = "skip")]
async fn rate() {}

#[timed(delay = "1s", retries = 3, backoff = "1s..1m", on_failure = "continue", max_failures = 2, failure_level = "warn")]
async fn after_the_end() -> hostkit::Result {
    Ok(())
}

#[timed(cron = "30 9 * * MON-FRI", tz = "Europe/Berlin", name = "cron")]
#[timed(cron = "0 */15 * * * *", name = "quarters", overlap = "allow", missed = "all")]
#[timed(cron = "0 0 13 * FRI", days = "all", name = "unlucky", overlap = "cancel", missed = "once")]
fn dates(tick: Tick) {
    let _ = tick.due();
}

fn main() {}
