//! A failing job: how often, when, and what is told of it.

use std::sync::Arc;

use hostkit::Host;
use hostkit::builder::{Backoff, Queued};
use hostkit::param::Attempt;

use super::world::*;

/// Notes each attempt, and fails until the given one.
fn failing(log: &Arc<Log>, until: u32) -> Queued<Job> {
    let log = log.clone();
    Queued::new(move |job: Job, attempt: Attempt| {
        let log = log.clone();
        async move {
            log.note(format!("{} {}/{}", job.0, attempt.number(), attempt.max()));
            if attempt.number() < until { Err("not yet") } else { Ok(()) }
        }
    })
}

#[tokio::test(start_paused = true)]
async fn it_runs_again_with_a_growing_backoff_until_it_is_done() {
    let log = Log::new();
    let world = open::<Job>(Host::builder().queued("work", failing(&log, 4))).await;
    world.queue.enqueue(job("a")).await.unwrap();
    pass(secs(60)).await;
    assert_eq!(log.words(), ["a 1/4", "a 2/4", "a 3/4", "a 4/4"]);
    let at: Vec<f64> = log.words().iter().map(|word| log.when(word)[0]).collect();
    let waits: Vec<f64> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (wait, low) in waits.iter().zip([1.0, 2.0, 4.0]) {
        assert!((low..=low * 2.0 + 0.01).contains(wait), "{waits:?}");
    }
    let stats = world.handle.queue("work").unwrap().stats();
    assert_eq!((stats.done, stats.failed, stats.retried, stats.died), (1, 3, 3, 0));
    let service = world.handle.service("work").unwrap();
    assert_eq!((service.runs(), service.failures()), (4, 3));
    assert_eq!(&*service.last_error().unwrap(), "not yet");
    let report = world.stop().await;
    assert_eq!(report.exit_code(), 0, "a failure that a retry recovered from is none of the host's");
}

#[tokio::test(start_paused = true)]
async fn no_retries_are_one_attempt() {
    let log = Log::new();
    let world = open::<Job>(Host::builder().queued("work", failing(&log, 9).retries(0))).await;
    world.queue.enqueue(job("a")).await.unwrap();
    pass(secs(600)).await;
    assert_eq!(log.words(), ["a 1/1"]);
    let dead = world.handle.queue("work").unwrap().dead();
    assert_eq!((dead.len(), dead[0].attempts), (1, 1));
    assert!(world.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn the_backoff_is_what_the_options_say() {
    let log = Log::new();
    let queued = failing(&log, 3).backoff(Backoff::new(secs(7), secs(7)));
    let world = open::<Job>(Host::builder().queued("work", queued)).await;
    world.queue.enqueue(job("a")).await.unwrap();
    pass(secs(60)).await;
    assert_eq!((log.when("a 2/4"), log.when("a 3/4")), (vec![7.0], vec![14.0]));
}

/// A job that waits for its next attempt takes no worker and no room.
#[tokio::test(start_paused = true)]
async fn others_run_meanwhile() {
    let log = Log::new();
    let notes = log.clone();
    let queued = Queued::new(move |job: Job, attempt: Attempt| {
        let log = notes.clone();
        async move {
            log.note(job.0.clone());
            if job.0 == "bad" && attempt.number() == 1 { Err("not yet") } else { Ok(()) }
        }
    });
    let world = open::<Job>(Host::builder().queued("work", queued.capacity(1))).await;
    world.queue.enqueue(job("bad")).await.unwrap();
    settle().await;
    assert_eq!(world.queue.len().await, 1);
    for name in ["a", "b"] {
        world.queue.enqueue(job(name)).await.unwrap();
    }
    pass(secs(10)).await;
    assert_eq!(log.words(), ["bad", "a", "b", "bad"]);
}

/// A clone does for the next attempt what writing and reading does.
#[tokio::test(start_paused = true)]
async fn a_copy_is_as_the_job_was() {
    for clone in [false, true] {
        let log = Log::new();
        let queued = if clone { failing(&log, 2).cloned() } else { failing(&log, 2) };
        let world = open::<Job>(Host::builder().queued("work", queued)).await;
        world.queue.enqueue(job("ü \"quoted\"")).await.unwrap();
        pass(secs(60)).await;
        assert_eq!(log.words(), ["ü \"quoted\" 1/4", "ü \"quoted\" 2/4"]);
    }
}

/// Without a copy the first attempt is the last, and says so.
#[tokio::test(start_paused = true)]
async fn a_job_that_can_not_be_copied_has_one_attempt() {
    struct Bare;
    let queued = Queued::in_memory(|_: Bare, attempt: Attempt| async move {
        assert_eq!(attempt.max(), 1);
        Err::<(), _>("no")
    });
    let world = open::<Bare>(Host::builder().queued("work", queued)).await;
    world.queue.enqueue(Bare).await.unwrap();
    pass(secs(60)).await;
    let queue = world.handle.queue("work").unwrap();
    let dead = queue.dead();
    assert_eq!((dead.len(), dead[0].retryable), (1, false));
    assert!(!queue.retry_dead(dead[0].id));
    assert_eq!(queue.dead().len(), 1);
}
