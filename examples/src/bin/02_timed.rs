//! Example 2. Timers: functions that run again and again, at a fixed rate that never drifts.
//!
//! Run it with `cargo run -p hostkit-examples --bin 02_timed`; `clock` logs the time twice a second, and `disk`
//! logs every two seconds how many bytes are in the working directory. Reading a directory blocks, so `disk`
//! is a plain `fn`: it runs on the blocking pool. A failed run is logged, and the schedule goes on.

use hostkit::prelude::*;

#[timed(every = "500ms")]
async fn clock() {
    tracing::info!("it is {}", jiff::Timestamp::now());
}

#[timed(every = "2s")]
fn disk() -> hostkit::Result {
    let mut size = 0;
    for entry in std::fs::read_dir(".")? {
        size += entry?.metadata()?.len();
    }
    tracing::info!("{size} bytes in the working directory");
    Ok(())
}

hostkit::main!();
