//! Logs how long the queue is and how much was done lately: every ten seconds while there is something to say, and once when
//! everything has stopped.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use hostkit::prelude::*;

/// The time of the last report, and the jobs done and dead by then.
struct LastReport(Mutex<(Instant, u64, u64)>);

#[provides]
fn last_report() -> LastReport {
    LastReport(Mutex::new((Instant::now(), 0, 0)))
}

#[timed(every = "10s", first = "10s")]
#[on(stopped)]
async fn throughput(host: HostHandle, last: Dep<LastReport>) {
    let Some(queue) = host.queue("thumbnail").map(|queue| queue.stats()) else { return };
    let now = (Instant::now(), queue.done, queue.died);
    let last = std::mem::replace(&mut *last.0.lock().unwrap_or_else(PoisonError::into_inner), now);
    let (made, dead) = (now.1 - last.1, now.2 - last.2);
    let waiting = queue.waiting + queue.delayed;
    if made + dead > 0 || waiting > 0 {
        let per_second = made as f64 / (now.0 - last.0).as_secs_f64();
        let each = queue.run_time.mean();
        tracing::info!(
            "{made} made ({per_second:.1} a second, {each:.0?} each), {dead} dead, {waiting} waiting"
        );
    }
}
