//! Example 14. What becomes of a job: retried, snoozed, discarded, and brought back by hand.
//!
//! Run it with `cargo run -p hostkit-examples --bin 14_retries`; it ends by itself. Each letter is a job, and each line says
//! what its handler did with it. Dead letters are kept with the history of their errors; `postmaster` lists them, and
//! tries one again once the address has been corrected.

use std::sync::atomic::{AtomicBool, Ordering};

use hostkit::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Letter {
    to: String,
}

/// Whether the town of Oblivion has been found.
#[derive(Default)]
struct Map(AtomicBool);

#[provides]
fn map() -> Map {
    Map::default()
}

/// Two retries, after a tenth of a second and then a little more: three attempts in all.
#[queued(retries = 2, backoff = "100ms..400ms")]
async fn deliver(letter: Letter, attempt: Attempt, map: Dep<Map>) -> hostkit::Result {
    let (number, max) = (attempt.number(), attempt.max());
    match letter.to.as_str() {
        // An error: the backoff says when to try again.
        "Flood" if number < 3 => {
            return Err(format!("the bridge is under water (attempt {number} of {max})").into());
        }
        // The receiver says when to retry.
        "Siesta" if number < 2 => {
            return Err(hostkit::retry_after(Duration::from_millis(300), "closed until three").into());
        }
        // Too early: try later, and use no attempt.
        "Tomorrow" if attempt.enqueued_at().elapsed()? < Duration::from_millis(250) => {
            return Err(hostkit::snooze(Duration::from_millis(250)).into());
        }
        // No retry could help.
        "Nowhere" => return Err(hostkit::discard("there is no such place").into()),
        "Oblivion" if !map.0.load(Ordering::Relaxed) => return Err("not on the map".into()),
        _ => {}
    }
    tracing::info!("{}: delivered, attempt {number} of {max}", letter.to);
    Ok(())
}

/// Sends them all, waits until nothing moves any more, and looks after what is dead.
#[hosted_service]
async fn postmaster(letters: Queue<Letter>, map: Dep<Map>, host: HostHandle) -> hostkit::Result {
    for to in ["Home", "Flood", "Siesta", "Tomorrow", "Nowhere", "Oblivion"] {
        letters.enqueue(Letter { to: to.into() }).await?;
    }
    let queue = host.queue("deliver").ok_or("`deliver` is off")?;
    wait_for(|| queue.stats().done + queue.stats().died == 6).await;
    for dead in queue.dead() {
        let errors: Vec<_> = dead.errors.iter().map(ToString::to_string).collect();
        tracing::info!("dead after {} attempts: {}", dead.attempts, errors.join(", then "));
    }
    map.0.store(true, Ordering::Relaxed);
    if let Some(lost) = queue.dead().into_iter().find(|dead| dead.attempts == 3) {
        tracing::info!("Oblivion has been found: once more");
        queue.retry_dead(lost.id);
    }
    wait_for(|| queue.stats().dead == 1 && queue.stats().done == 5).await;
    host.stop();
    Ok(())
}

async fn wait_for(done: impl Fn() -> bool) {
    while !done() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

hostkit::main!();
