//! How the queue is and how much was done lately: told by a timer while there is something to tell, and a last time when
//! everything has stopped.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use hostkit::prelude::*;

/// When it was last told, and how many were done by then.
struct Told(Mutex<(Instant, u64, u64)>);

#[provides]
fn told() -> Told {
    Told(Mutex::new((Instant::now(), 0, 0)))
}

#[timed(every = "10s", first = "10s")]
#[on(stopped)]
async fn throughput(host: HostHandle, told: Dep<Told>) {
    let queue = host.queue("thumbnail").stats();
    let now = (Instant::now(), queue.done, queue.died);
    let last = std::mem::replace(&mut *told.0.lock().unwrap_or_else(PoisonError::into_inner), now);
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
