//! Dead jobs: kept with their history, retried, discarded, and forgotten when there are too many.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hostkit::Host;
use hostkit::builder::{Backoff, Queued};
use hostkit::param::Attempt;

use super::world::*;

/// A queue whose jobs fail as long as the switch is on.
async fn breakable(retries: u32) -> (World<Job>, Arc<Log>, Arc<AtomicBool>) {
    let (log, broken) = (Log::new(), Arc::new(AtomicBool::new(true)));
    let (notes, switch) = (log.clone(), broken.clone());
    let handler = move |job: Job, attempt: Attempt| {
        let (log, broken) = (notes.clone(), switch.load(Ordering::SeqCst));
        async move {
            log.note(job.0);
            if broken { Err(format!("broken at {}", attempt.number())) } else { Ok(()) }
        }
    };
    let queued = Queued::new(handler).retries(retries).backoff(Backoff::new(secs(1), secs(1)));
    let world = open(Host::builder().queued("work", queued)).await;
    (world, log, broken)
}

#[tokio::test(start_paused = true)]
async fn a_dead_job_keeps_its_history() {
    let (world, _, _) = breakable(2).await;
    let id = world.queue.enqueue(job("a")).await.unwrap();
    pass(secs(60)).await;
    let dead = world.handle.queue("work").unwrap().dead();
    assert_eq!((dead.len(), dead[0].id, dead[0].attempts), (1, id, 3));
    let errors: Vec<&str> = dead[0].errors.iter().map(|error| &**error).collect();
    assert_eq!(errors, ["broken at 1", "broken at 2", "broken at 3"]);
    let lived = dead[0].died_at.duration_since(dead[0].enqueued_at).unwrap();
    assert_eq!(lived.as_millis() / 10, 200, "two waits of a second");
    assert!(dead[0].retryable);
}

#[tokio::test(start_paused = true)]
async fn one_is_retried_with_all_its_attempts() {
    let (world, log, broken) = breakable(1).await;
    let a = world.queue.enqueue(job("a")).await.unwrap();
    world.queue.enqueue(job("b")).await.unwrap();
    pass(secs(60)).await;
    let queue = world.handle.queue("work").unwrap();
    assert_eq!((queue.dead().len(), log.count("a")), (2, 2));
    assert!(queue.retry_dead(a));
    assert!(!queue.retry_dead(a), "it lives");
    pass(secs(60)).await;
    assert_eq!((queue.dead().len(), log.count("a"), log.count("b")), (2, 4, 2));
    broken.store(false, Ordering::SeqCst);
    assert!(queue.retry_dead(a));
    pass(secs(60)).await;
    assert_eq!((queue.dead().len(), log.count("a")), (1, 5));
    let stats = queue.stats();
    assert_eq!((stats.done, stats.died, stats.dead), (1, 3, 1));
}

#[tokio::test(start_paused = true)]
async fn all_are_retried_or_one_discarded() {
    let (world, log, broken) = breakable(0).await;
    for name in ["a", "b", "c"] {
        world.queue.enqueue(job(name)).await.unwrap();
    }
    pass(secs(1)).await;
    broken.store(false, Ordering::SeqCst);
    let queue = world.handle.queue("work").unwrap();
    let b = queue.dead()[1].id;
    assert!(queue.discard_dead(b));
    assert!(!queue.discard_dead(b));
    assert_eq!(queue.retry_all_dead(), 2);
    pass(secs(1)).await;
    assert_eq!(log.words()[3..], ["a", "c"]);
    assert!(queue.dead().is_empty());
}

#[tokio::test(start_paused = true)]
async fn only_the_last_thousand_are_kept() {
    let (world, _, _) = breakable(0).await;
    for number in 0..1003 {
        world.queue.enqueue(job(number.to_string())).await.unwrap();
    }
    pass(secs(1)).await;
    let stats = world.handle.queue("work").unwrap().stats();
    assert_eq!((stats.died, stats.dead, stats.forgotten), (1003, 1000, 3));
    assert_eq!(world.handle.queue("work").unwrap().dead()[0].id.to_string(), "4");
}
