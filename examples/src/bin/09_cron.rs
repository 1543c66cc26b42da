//! Example 9. Dates and times: cron schedules in time zones.
//!
//! Run it with `cargo run -p hostkit-examples --bin 09_cron`; `blink` runs at each second that can be divided by two. To
//! see when the others run, ask: `-- next report -n 5`, or, around the night when clocks go forward in Berlin,
//! `-- next nightly -n 3 --from 2026-03-28T00:00:00Z`: 02:30 does not exist that night, and the run is at 03:00.
//! To run one now, with what it is given and nothing else: `-- trigger report`.

use hostkit::prelude::*;

/// Six fields: the first is the second.
#[timed(cron = "*/2 * * * * *")]
async fn blink(tick: Tick) {
    tracing::info!("blink number {}", tick.number());
}

/// Five fields: at 9:30 from Monday to Friday, as clocks in New York show it.
#[timed(cron = "30 9 * * MON-FRI", tz = "America/New_York")]
async fn report() {
    tracing::info!("good morning, New York");
}

/// Exactly once a night, also when clocks are changed.
#[timed(cron = "30 2 * * *", tz = "Europe/Berlin", retries = 3, backoff = "1s..1m", timeout = "10m")]
async fn nightly() -> hostkit::Result {
    tracing::info!("cleaning up");
    Ok(())
}

/// Both day fields are restricted: `days` says that both have to hold.
#[timed(cron = "0 0 13 * FRI", days = "all")]
async fn unlucky() {
    tracing::warn!("it is Friday the 13th");
}

hostkit::main!();
