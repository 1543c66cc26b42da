//! A worker with one of each kind. `--only` says which of them a test wants; `FAULT` says where `Faulty` fails.

use std::future::pending;

use hostkit::prelude::*;

#[hosted_service(group = "letters")]
async fn alpha(stop: Stop) {
    stop.requested().await;
}

#[hosted_service(group = "letters", after = "alpha")]
async fn beta(stop: Stop, token: hostkit::param::CancellationToken) {
    token.cancelled().await;
    assert!(stop.is_requested());
}

#[hosted_service(name = "gamma.ray-1")]
fn gamma(stop: Stop) {
    stop.requested_blocking();
}

#[timed(every = "10ms", group = "clocks")]
async fn delta(host: HostHandle) {
    if host.service("delta").expect("it runs").runs() == 3 {
        println!("delta ran three times");
    }
}

#[on(started)]
fn announce() {
    println!("announced");
}

/// Everything that a service with state can have, in order.
struct Pump(u32);

#[hosted_service]
impl Pump {
    fn new() -> Self {
        println!("pump: new");
        Pump(0)
    }

    async fn start(&mut self) {
        println!("pump: start");
    }

    async fn run(&mut self, stop: Stop) {
        while stop.sleep(Duration::from_millis(1)).await.is_running() {
            self.0 += 1;
        }
    }

    fn stop(&mut self) -> hostkit::Result {
        println!("pump: stop after {}", if self.0 > 0 { "some" } else { "none" });
        Ok(())
    }
}

/// Fails where `FAULT` says, as it says: `new error`, `start panic`.
struct Faulty;

fn fault(at: &str) -> hostkit::Result {
    match std::env::var("FAULT").unwrap_or_default().split_once(' ') {
        Some((place, "error")) if place == at => Err(format!("no luck in `{at}`").into()),
        Some((place, "panic")) if place == at => panic!("boom in `{at}`"),
        _ => Ok(()),
    }
}

#[hosted_service]
impl Faulty {
    async fn new() -> hostkit::Result<Self> {
        fault("new")?;
        Ok(Faulty)
    }

    fn start(&mut self) -> hostkit::Result {
        fault("start")
    }

    async fn run(&mut self) -> hostkit::Result {
        fault("run")
    }

    async fn stop(&mut self) -> hostkit::Result {
        fault("stop")
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        let _ = fault("drop");
    }
}

/// Begins to stop, and never ends that.
struct Hanging;

#[hosted_service(stop_timeout = "60s")]
impl Hanging {
    fn new() -> Self {
        Hanging
    }

    async fn stop(&mut self) {
        println!("hanging in stop");
        pending::<()>().await;
    }
}

hostkit::main!(configure = |host: HostBuilder| host.stop_timeout(Duration::from_secs(60)));
