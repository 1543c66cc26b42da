//! Example 5. Restart with backoff: a service whose server comes and goes.
//!
//! Run it with `cargo run -p hostkit-examples --bin 05_restart`. Nobody listens on port 7015, so `feed`
//! fails, and restarts after delays that grow from 100 ms; the fourth failure within ten seconds exceeds
//! `max_restarts`, and stops the host with exit code 1. With `nc -lk 7015` in another terminal it connects, and
//! logs what you type there. (`FEED=host:port` takes it elsewhere.)

use hostkit::prelude::*;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;

#[hosted_service(on_failure = "restart", backoff = "100ms..5s", max_restarts = 3, within = "10s")]
async fn feed(stop: Stop) -> hostkit::Result {
    let address = std::env::var("FEED").unwrap_or_else(|_| "127.0.0.1:7015".into());
    let socket = TcpStream::connect(&address).await.map_err(|error| format!("{address}: {error}"))?;
    tracing::info!("connected");
    let mut lines = BufReader::new(socket).lines();
    while let Some(line) = stop.run_until(lines.next_line()).await {
        match line? {
            Some(line) => tracing::info!("{line}"),
            None => return Err("the other side hung up".into()),
        }
    }
    Ok(())
}

hostkit::main!();
