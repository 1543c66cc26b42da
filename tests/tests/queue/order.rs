//! Which job runs next: priorities, fairness between workers, and slow jobs that hold up nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hostkit::Host;
use hostkit::builder::Queued;

use super::world::*;

#[tokio::test(start_paused = true)]
async fn higher_priorities_run_first_and_equal_ones_in_order() {
    let log = Log::new();
    let world = open::<Job>(noting(&log)).await;
    world.handle.queue("work").unwrap().pause("to fill it");
    settle().await;
    for (name, priority) in [("a", 0), ("low", -5), ("b", 0), ("high", 1), ("highest", 7), ("high too", 1)] {
        let _ = world.queue.job(job(name)).priority(priority).enqueue().await.unwrap();
    }
    world.queue.enqueue(job("c")).await.unwrap();
    world.handle.queue("work").unwrap().resume();
    pass(secs(1)).await;
    assert_eq!(log.words(), ["highest", "high", "high too", "a", "b", "c", "low"]);
}

/// Whatever options jobs have, those of one priority keep their order.
#[tokio::test(start_paused = true)]
async fn plain_jobs_and_others_keep_their_order() {
    let log = Log::new();
    let world = open::<Job>(noting(&log)).await;
    world.handle.queue("work").unwrap().pause("to fill it");
    settle().await;
    for number in 0..20 {
        let name = job(number.to_string());
        match number % 3 {
            0 => drop(world.queue.job(name).unique(number.to_string()).enqueue().await.unwrap()),
            1 => drop(world.queue.enqueue(name).await.unwrap()),
            _ => drop(world.queue.enqueue_all([name]).await.unwrap()),
        }
    }
    world.handle.queue("work").unwrap().resume();
    pass(secs(1)).await;
    assert_eq!(log.words(), (0..20).map(|number: u32| number.to_string()).collect::<Vec<_>>());
}

/// A worker that has a batch gives the rest back when a job of it has to wait.
#[tokio::test(start_paused = true)]
async fn a_slow_job_holds_up_nobody() {
    let log = Log::new();
    let notes = log.clone();
    let handler = move |job: Job| {
        let log = notes.clone();
        async move {
            if job.0.starts_with("slow") {
                pass(secs(100)).await;
            }
            log.note(job.0);
        }
    };
    let world = open::<Job>(Host::builder().queued("work", Queued::new(handler).workers(2))).await;
    // Quick ones, so that batches grow; then a slow one amid quick ones.
    for number in 0..500 {
        let name = if number == 400 { "slow".to_owned() } else { number.to_string() };
        world.queue.enqueue(job(name)).await.unwrap();
    }
    pass(secs(1)).await;
    assert_eq!(log.words().len(), 499);
    assert!(log.when("499")[0] < 1.0);
    pass(secs(100)).await;
    assert_eq!(log.when("slow"), [100.0]);
}

#[tokio::test(start_paused = true)]
async fn so_many_run_at_a_time_as_there_are_workers() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (running.clone(), most.clone());
    let handler = move |_: Job| {
        let (now, peak) = (now.clone(), peak.clone());
        async move {
            peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            pass(secs(1)).await;
            now.fetch_sub(1, Ordering::SeqCst);
        }
    };
    let world = open::<Job>(Host::builder().queued("work", Queued::new(handler).workers(3))).await;
    for number in 0..9 {
        world.queue.enqueue(job(number.to_string())).await.unwrap();
    }
    pass(millis(3500)).await;
    assert_eq!(most.load(Ordering::SeqCst), 3);
    assert_eq!(world.handle.queue("work").unwrap().stats().done, 9, "three rounds of three");
}
