//! A job that takes too long: told, dropped, and its worker free again.

use std::sync::Arc;

use hostkit::builder::Queued;
use hostkit::param::{CancellationToken, Stop};
use hostkit::{Host, snooze};

use super::world::*;

async fn run(queued: Queued<Job>) -> (World<Job>, String) {
    let world = open::<Job>(Host::builder().queued("work", queued.retries(0).timeout(secs(5)))).await;
    world.queue.enqueue(job("a")).await.unwrap();
    pass(secs(60)).await;
    let dead = world.handle.queue("work").unwrap().dead();
    let error = dead.first().map(|dead| dead.errors[0].to_string()).unwrap_or_default();
    (world, error)
}

struct Parting(Arc<Log>);

impl Drop for Parting {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_stop_signal_it_is_dropped_at_once() {
    let log = Log::new();
    let notes = log.clone();
    let (world, error) = run(Queued::new(move |_: Job| {
        let parting = Parting(notes.clone());
        async move {
            let _parting = parting;
            pass(secs(1000)).await;
        }
    }))
    .await;
    assert_eq!(log.when("dropped"), [5.0]);
    assert_eq!(error, "did not end within 5s and was dropped");
    assert_eq!(world.handle.queue("work").unwrap().stats().running, 0);
    assert!(world.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn with_one_it_is_told_and_has_a_second() {
    let log = Log::new();
    let notes = log.clone();
    let (_world, error) = run(Queued::new(move |_: Job, stop: Stop| {
        let log = notes.clone();
        async move {
            stop.requested().await;
            log.note("told");
        }
    }))
    .await;
    assert_eq!(log.when("told"), [5.0]);
    assert_eq!(error, "did not end within 5s and was cancelled");

    let log = Log::new();
    let notes = log.clone();
    let (_world, error) = run(Queued::new(move |_: Job, stop: CancellationToken| {
        let (log, parting) = (notes.clone(), Parting(notes.clone()));
        async move {
            let _parting = parting;
            stop.cancelled().await;
            log.note("told");
            std::future::pending::<()>().await;
        }
    }))
    .await;
    assert_eq!((log.when("told"), log.when("dropped")), (vec![5.0], vec![6.0]));
    assert_eq!(error, "did not end within 5s and was dropped");
}

/// What it says when it is told counts.
#[tokio::test(start_paused = true)]
async fn a_verdict_in_the_last_second_counts() {
    let (world, error) = run(Queued::new(|_: Job, stop: Stop| async move {
        stop.requested().await;
        Err::<(), _>(snooze(secs(1000)))
    }))
    .await;
    assert_eq!(error, "");
    assert_eq!(world.handle.queue("work").unwrap().stats().snoozed, 1);
}

/// Each attempt has its own time, and its own signal.
#[tokio::test(start_paused = true)]
async fn the_next_attempt_starts_afresh() {
    let log = Log::new();
    let notes = log.clone();
    let queued = Queued::new(move |_: Job, stop: Stop| {
        let log = notes.clone();
        async move {
            log.note(format!("told: {}", stop.is_requested()));
            stop.sleep(secs(7)).await.is_running();
        }
    });
    let queued = queued.timeout(secs(5)).retries(1);
    let world = open::<Job>(Host::builder().queued("work", queued)).await;
    world.queue.enqueue(job("a")).await.unwrap();
    pass(secs(60)).await;
    assert_eq!(log.words(), ["told: false", "told: false"]);
    assert_eq!(world.handle.queue("work").unwrap().dead()[0].attempts, 2);
}

#[tokio::test(start_paused = true)]
async fn quick_jobs_are_not_touched_by_it() {
    let queued = Queued::new(|_: Job| async { pass(secs(4)).await }).timeout(secs(5)).workers(2);
    let world = open::<Job>(Host::builder().queued("work", queued)).await;
    for number in 0..20 {
        world.queue.enqueue(job(number.to_string())).await.unwrap();
    }
    pass(secs(60)).await;
    let stats = world.handle.queue("work").unwrap().stats();
    assert_eq!((stats.done, stats.failed), (20, 0));
}
