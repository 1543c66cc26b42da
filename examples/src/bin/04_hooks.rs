//! Example 4. Hooks: functions that run once, at a moment of the host's life. Here, they keep a file with the
//! process's id.
//!
//! Run it with `cargo run -p hostkit-examples --bin 04_hooks`, and stop it with `kill $(cat hostkit.pid)`. A
//! second one, started meanwhile from the same directory, does not come up: its `starting` hook fails, and
//! its exit code is 3.

use hostkit::prelude::*;
use std::fs;
use std::io::Write;

const FILE: &str = "hostkit.pid";

/// Before any service starts; an error here, and none does.
#[on(starting)]
fn claim() -> hostkit::Result {
    let mut file =
        fs::File::create_new(FILE).map_err(|error| format!("{FILE}: {error}: does another one run?"))?;
    writeln!(file, "{}", std::process::id())?;
    Ok(())
}

/// When all services have started.
#[on(started)]
async fn announce() {
    tracing::info!("to stop me: kill $(cat {FILE})");
}

/// When a stop was requested, before any service hears of it.
#[on(stopping)]
async fn farewell() {
    tracing::info!("no new work from here on");
}

/// When all services have ended, also after a start that failed: then the file may be another's.
#[on(stopped)]
fn release() -> hostkit::Result {
    if fs::read_to_string(FILE)?.trim() == std::process::id().to_string() {
        fs::remove_file(FILE)?;
    }
    Ok(())
}

#[hosted_service]
async fn work(stop: Stop) {
    stop.requested().await;
}

hostkit::main!();
