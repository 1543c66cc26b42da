//! Example 1. A worker: one async function that runs for as long as the host does.
//!
//! Run it with `cargo run -p hostkit-examples --bin 01_worker`; it logs each second how long it has been up.
//! Ctrl-C or SIGTERM stops it, with exit code 0.

use hostkit::prelude::*;
use tokio::time::Instant;

#[hosted_service]
async fn uptime(stop: Stop) {
    let begun = Instant::now();
    while stop.sleep(Duration::from_secs(1)).await.is_running() {
        tracing::info!("up for {} s", begun.elapsed().as_secs());
    }
    tracing::info!("goodbye, after {:.1?}", begun.elapsed());
}

hostkit::main!();
