//! Example 7. The same without attributes: a host that is built by hand, in a `main` of your own. Here, it
//! looks for open ports.
//!
//! Run it with `cargo run -p hostkit-examples --bin 07_builder`: it tries every TCP port of this machine, and
//! names the open ones. When `scan` has finished, the host stops, and the program ends by itself with exit
//! code 0. A mistake in the plan would have been found by `build`, before anything started; the report that
//! `run` returns is the exit code.

use std::sync::atomic::{AtomicU16, Ordering};

use hostkit::builder::{Hosted, OnFinish};
use hostkit::prelude::*;
use hostkit::{BuildError, Every, Host, Report};
use tokio::net::TcpStream;

/// The port that is tried now.
#[derive(Default)]
struct Progress(AtomicU16);

async fn scan(stop: Stop, progress: Dep<Progress>) {
    for port in 1..=u16::MAX {
        progress.0.store(port, Ordering::Relaxed);
        match stop.run_until(TcpStream::connect(("127.0.0.1", port))).await {
            Some(Ok(_)) => tracing::info!("port {port} is open"),
            Some(Err(_)) => {}
            None => return,
        }
    }
}

#[tokio::main]
async fn main() -> Result<Report, BuildError> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let host = Host::builder()
        .provide(Progress::default())
        .service("scan", Hosted::new(scan).on_finish(OnFinish::Stop))
        .timed("progress", Every::secs(1), |progress: Dep<Progress>| async move {
            tracing::info!("at port {}", progress.0.load(Ordering::Relaxed));
        })
        .build()?;
    Ok(host.run().await)
}
