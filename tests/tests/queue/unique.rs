//! A unique key: one job of it waits or runs, and no other is taken meanwhile.

use hostkit::builder::Queued;
use hostkit::queue::Enqueued;
use hostkit::{Host, discard};

use super::log;
use super::world::*;

#[tokio::test(start_paused = true)]
async fn a_second_one_is_told_the_first_until_that_is_done() {
    let log = Log::new();
    let notes = log.clone();
    let handler = move |job: Job| {
        let log = notes.clone();
        async move {
            pass(secs(10)).await;
            log.note(job.0);
        }
    };
    let world = open::<Job>(Host::builder().queued("work", Queued::new(handler).capacity(1))).await;
    let enqueue = |name: &str| world.queue.job(job(name)).unique("daily").enqueue();
    let first = enqueue("a").await.unwrap();
    assert!(matches!(first, Enqueued::Inserted(_)));
    assert_eq!(enqueue("b").await.unwrap(), Enqueued::Duplicate(first.id()));
    pass(secs(5)).await;
    assert_eq!(enqueue("c").await.unwrap(), Enqueued::Duplicate(first.id()), "it runs");
    world.queue.enqueue(job("full")).await.unwrap();
    assert!(ends(enqueue("d")).await.unwrap().is_duplicate(), "told at once, though there is no room");
    pass(secs(30)).await;
    assert!(!enqueue("e").await.unwrap().is_duplicate());
    pass(secs(30)).await;
    assert_eq!(log.words(), ["a", "full", "e"]);
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_takes_no_room() {
    let world = open::<Job>(noting(&Log::new())).await;
    world.handle.queue("work").unwrap().pause("to fill it");
    for _ in 0..2000 {
        let _ = ends(world.queue.job(job("a")).unique("a").enqueue()).await.unwrap();
    }
    assert_eq!(world.queue.len().await, 1);
    for number in 0..1023 {
        world.queue.try_enqueue(job(number.to_string())).await.unwrap();
    }
    assert!(world.queue.try_enqueue(job("full")).await.unwrap_err().is_full());
}

#[tokio::test(start_paused = true)]
async fn a_dead_job_frees_its_key_and_a_revived_one_wants_it_back() {
    let handler = |job: Job| async move {
        if job.0 == "bad" {
            return Err(discard("no"));
        }
        pass(secs(10)).await;
        Ok(())
    };
    let world = open::<Job>(Host::builder().queued("work", handler)).await;
    let bad = world.queue.job(job("bad")).unique("x").enqueue().await.unwrap().id();
    pass(secs(1)).await;
    assert!(!world.queue.job(job("good")).unique("x").enqueue().await.unwrap().is_duplicate());
    let queue = world.handle.queue("work").unwrap();
    assert!(!queue.retry_dead(bad), "another one has its key");
    assert_eq!((queue.retry_all_dead(), queue.dead().len()), (0, 1));
    pass(secs(20)).await;
    assert!(queue.retry_dead(bad));
}

/// A snoozed job and one between two attempts are not done.
#[tokio::test(start_paused = true)]
async fn a_retried_job_keeps_its_key() {
    let handler = |_: Job, attempt: hostkit::param::Attempt| async move {
        if attempt.number() == 1 { Err(hostkit::retry_after(secs(50), "later")) } else { Ok(()) }
    };
    let world = open::<Job>(Host::builder().queued("work", handler)).await;
    let enqueue = || world.queue.job(job("a")).unique("a").enqueue();
    let _ = enqueue().await.unwrap();
    pass(secs(25)).await;
    assert!(enqueue().await.unwrap().is_duplicate());
    pass(secs(50)).await;
    assert!(!enqueue().await.unwrap().is_duplicate());
}

#[tokio::test(start_paused = true)]
async fn each_duplicate_is_a_line_of_the_log() {
    log::gather();
    let world = open::<Job>(Host::builder().queued("unique-told", |_: Job| async {
        pass(secs(10)).await;
    }))
    .await;
    let first = world.queue.job(job("a")).unique("told once").enqueue().await.unwrap();
    assert_eq!(log::with("unique=told once").len(), 0);
    assert!(world.queue.job(job("a")).unique("told once").try_enqueue().await.unwrap().is_duplicate());
    let told = log::with("unique=told once");
    assert_eq!((told.len(), told[0].level), (1, tracing::Level::DEBUG));
    assert!(told[0].text.contains(&format!("job={}", first.id())), "{told:?}");
    world.stop().await;
}
