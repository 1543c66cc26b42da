//! Jobs with an equal key: one at a time, in order, whatever becomes of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use hostkit::builder::{Backoff, Queued};
use hostkit::param::Attempt;
use hostkit::{Host, snooze};

use super::world::*;

/// Jobs are named `key/number/what`; what: how often it fails, or `s` for a snooze.
async fn keyed(workers: usize) -> (World<Job>, Arc<Log>) {
    let log = Log::new();
    let (notes, running) = (log.clone(), Arc::new(Mutex::new(HashMap::<String, u32>::new())));
    let handler = move |job: Job, attempt: Attempt| {
        let (log, running) = (notes.clone(), running.clone());
        async move {
            let parts: Vec<&str> = job.0.split('/').collect();
            let key = parts[0].to_owned();
            assert_eq!(running.lock().unwrap().insert(key.clone(), 1), None, "two jobs of {key} at once");
            pass(millis(100)).await;
            running.lock().unwrap().remove(&key);
            log.note(job.0.clone());
            match parts.get(2).copied() {
                Some("s") if log.count(&job.0) == 1 => Err(snooze(secs(5)).into()),
                Some(fails) if fails.parse().is_ok_and(|fails: u32| attempt.number() <= fails) => {
                    Err("again".into())
                }
                _ => hostkit::Result::<()>::Ok(()),
            }
        }
    };
    let queued = Queued::new(handler)
        .workers(workers)
        .key(|job: &Job| job.0.split('/').next().unwrap_or_default().to_owned())
        .backoff(Backoff::new(secs(2), secs(2)));
    (open(Host::builder().queued("work", queued)).await, log)
}

fn of(log: &Log, key: &str) -> Vec<String> {
    log.words().into_iter().filter(|word| word.starts_with(key)).collect()
}

#[tokio::test(start_paused = true)]
async fn equal_keys_run_in_order_and_others_beside_them() {
    let (world, log) = keyed(8).await;
    for number in 0..5 {
        for key in ["a", "b", "c"] {
            world.queue.enqueue(job(format!("{key}/{number}"))).await.unwrap();
        }
    }
    pass(secs(10)).await;
    for key in ["a", "b", "c"] {
        assert_eq!(of(&log, key), (0..5).map(|n| format!("{key}/{n}")).collect::<Vec<_>>());
    }
    assert_eq!(log.when("a/4"), [0.5], "three keys, each on a worker of its own");
    assert_eq!(log.when("c/4"), [0.5]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_and_a_snooze_hold_the_key() {
    let (world, log) = keyed(4).await;
    for name in ["a/0/2", "a/1", "b/0/s", "b/1", "c/0"] {
        world.queue.enqueue(job(name)).await.unwrap();
    }
    pass(secs(60)).await;
    assert_eq!(of(&log, "a"), ["a/0/2", "a/0/2", "a/0/2", "a/1"]);
    assert_eq!(of(&log, "b"), ["b/0/s", "b/0/s", "b/1"]);
    assert_eq!(log.when("c/0"), [0.1], "nobody else waits for them");
}

#[tokio::test(start_paused = true)]
async fn a_dead_job_lets_its_key_go() {
    let (world, log) = keyed(4).await;
    for name in ["a/0/9", "a/1"] {
        world.queue.enqueue(job(name)).await.unwrap();
    }
    pass(secs(60)).await;
    assert_eq!(of(&log, "a"), ["a/0/9", "a/0/9", "a/0/9", "a/0/9", "a/1"]);
    assert_eq!(world.handle.queue("work").unwrap().stats().dead, 1);
}

/// A delayed job takes its turn when it is due.
#[tokio::test(start_paused = true)]
async fn a_delayed_job_holds_nobody_up() {
    let (world, log) = keyed(4).await;
    world.queue.enqueue_after(job("a/late"), secs(5)).await.unwrap();
    world.queue.enqueue(job("a/0")).await.unwrap();
    pass(secs(60)).await;
    assert_eq!(log.words(), ["a/0", "a/late"]);
}

/// Even where jobs of a key have different priorities.
#[tokio::test(start_paused = true)]
async fn order_within_a_key_goes_before_priority() {
    let (world, log) = keyed(1).await;
    world.handle.queue("work").unwrap().pause("to fill it");
    for (name, priority) in [("a/0", 0), ("a/1", 9), ("b/0", 5)] {
        let _ = world.queue.job(job(name)).priority(priority).enqueue().await.unwrap();
    }
    world.handle.queue("work").unwrap().resume();
    pass(secs(60)).await;
    assert_eq!(log.words(), ["b/0", "a/0", "a/1"]);
}
