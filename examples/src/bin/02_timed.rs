//! Example 2. Timers: functions that run again and again, at a fixed rate that never drifts.
//!
//! Run it with `cargo run -p hostkit-examples --bin 02_timed`; `clock` tells the time twice a second, and
//! `disk` looks every two seconds how much there is in the working directory. Reading a directory blocks, so
//! `disk` is a plain `fn`: it runs on the blocking pool. An error of one run is logged, and the schedule goes
//! on.

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
