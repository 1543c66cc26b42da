//! Example 6. Blocking work: kept off the executor, where it would hold up everything else.
//!
//! Run it with `cargo run -p hostkit-examples --bin 06_blocking`. `primes` is a plain `fn`, so it has a
//! thread of its own, and may compute for as long as it likes; it looks at its stop signal between two
//! candidates. `save` is async, and hands the writing of a file, `primes.txt`, to a blocking task. The host
//! waits for both when it stops.

use hostkit::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many primes there are so far; shared by both.
#[derive(Default)]
struct Found(AtomicU64);

#[hosted_service]
fn primes(stop: Stop, found: Dep<Found>) {
    let mut candidates = 2u64..;
    while !stop.is_requested()
        && let Some(n) = candidates.next()
    {
        if (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d)) {
            found.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[timed(every = "1s", first = "1s")]
async fn save(found: Dep<Found>, tasks: Tasks) -> hostkit::Result {
    let count = found.0.load(Ordering::Relaxed);
    tracing::info!("{count} primes");
    tasks.spawn_blocking("write", move || std::fs::write("primes.txt", format!("{count}\n")))?;
    Ok(())
}

hostkit::main!(configure = |host: HostBuilder| host.provide(Found::default()));
