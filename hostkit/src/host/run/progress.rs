//! A stop that takes longer than a second says what it waits for, and says it again every few seconds.

use std::pin::pin;
use std::time::Duration;

use crate::host::view::state::HostState;
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// From the beginning of the stop until it is first told, and from each time to the next.
const FIRST: Duration = Duration::from_secs(1);
const EACH: Duration = Duration::from_secs(5);
/// How many are named at most.
const NAMED: usize = 10;

/// Goes along with the stop.
pub(crate) async fn telling<T>(core: &HostState, stop: impl Future<Output = T>) -> T {
    let (mut stop, mut next) = (pin!(stop), clock::after(FIRST));
    loop {
        match select2(stop.as_mut(), core.until(next)).await {
            Either::Left(stopped) => return stopped,
            Either::Right(()) => tell(core),
        }
        next = clock::after(EACH);
    }
}

/// `waiting for place_order: 802 jobs, 7.2s of 10.0s left; web: 3.0s of 10.0s left; the hook `flush``.
fn tell(core: &HostState) {
    let now = clock::now();
    let services = core.by_name().filter(|service| service.is_up() && service.record.signal().is_cancelled());
    let mut waits: Vec<String> = services
        .map(|service| {
            let name = service.record.name();
            let left = service.queue.as_ref().map(|queue| jobs(queue.left()));
            let facts: Vec<_> = left.into_iter().chain(time(&service.record, now)).collect();
            if facts.is_empty() { name.to_owned() } else { format!("{name}: {}", facts.join(", ")) }
        })
        .collect();
    waits.extend(lock_unpoisoned(&core.waited_for).iter().cloned());
    waits.extend(core.tasks.names().into_iter().map(|name| format!("the task {name}")));
    let count = waits.len();
    if count > NAMED {
        waits.truncate(NAMED);
        waits.push(format!("and {} more", count - NAMED));
    }
    if count > 0 {
        tracing::info!(target: "hostkit", left = count, "the stop waits for {}", waits.join("; "));
    }
}

fn time(record: &crate::state::ServiceRecord, now: Instant) -> Option<String> {
    let (deadline, told) = (record.deadline()?, record.stop_requested_at()?);
    let (left, given) = (deadline.saturating_duration_since(now), deadline.saturating_duration_since(told));
    Some(format!("{left:.1?} of {given:.1?} left"))
}

fn jobs(count: usize) -> String {
    format!("{count} job{}", if count == 1 { "" } else { "s" })
}
