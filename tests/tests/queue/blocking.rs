//! A `fn` handler: on the blocking pool, one job a worker; nobody can abort it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use hostkit::Host;
use hostkit::builder::Queued;
use hostkit::param::{Attempt, Stop};

use super::world::*;

#[tokio::test]
async fn it_runs_beside_the_executor_as_often_as_there_are_workers() {
    let (barrier, runs) = (Arc::new(Barrier::new(3)), Arc::new(AtomicUsize::new(0)));
    let here = runs.clone();
    let handler = move |_: Job, attempt: Attempt| {
        barrier.wait(); // passes only if three run at a time
        here.fetch_add(attempt.number() as usize, Ordering::SeqCst);
    };
    let world = open::<Job>(Host::builder().queued("work", Queued::blocking(handler).workers(3))).await;
    for number in 0..9 {
        world.queue.enqueue(job(number.to_string())).await.unwrap();
    }
    assert!(world.stop().await.is_clean());
    assert_eq!(runs.load(Ordering::SeqCst), 9);
}

#[tokio::test]
async fn past_its_timeout_it_keeps_its_worker_until_it_ends() {
    let handler = |_: Job, stop: Stop| stop.requested_blocking(); // told at the timeout
    let queued = Queued::blocking(handler).timeout(millis(50)).retries(0);
    let world = open::<Job>(Host::builder().queued("work", queued)).await;
    world.queue.enqueue(job("a")).await.unwrap();
    while world.handle.queue("work").unwrap().stats().dead == 0 {
        pass(millis(5)).await;
    }
    let error = world.handle.queue("work").unwrap().dead()[0].errors[0].to_string();
    assert!(error.contains("can't be aborted, since it is a `fn`"), "{error}");
    assert!(world.stop().await.is_clean());
}
