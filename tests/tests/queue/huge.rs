//! Values at the end of their range: as good as never, or as good as without a limit.

use std::time::{Duration, SystemTime};

use hostkit::Host;
use hostkit::builder::{Backoff, Queued};
use hostkit::queue::Rate;

use super::world::*;

#[tokio::test(start_paused = true)]
async fn the_longest_times_and_the_greatest_numbers_harm_nobody() {
    let log = Log::new();
    let noted = log.clone();
    let handler = move |job: Job| {
        let log = noted.clone();
        async move {
            log.note(job.0.clone());
            match &*job.0 {
                "fails" => Err(hostkit::retry_after(Duration::MAX, "no").into()),
                "snoozes" => Err(hostkit::snooze(Duration::MAX).into()),
                "errs" => Err("no".into()),
                _ => hostkit::Result::<()>::Ok(()),
            }
        }
    };
    let queued = Queued::new(handler)
        .workers(3)
        .capacity(usize::MAX)
        .timeout(Duration::MAX)
        .retries(u32::MAX)
        .backoff(Backoff::new(Duration::MAX, Duration::MAX))
        .rate(Rate::new(u32::MAX, Duration::MAX));
    let world = open::<Job>(Host::builder().queued("work", queued)).await;
    for name in ["fails", "snoozes", "errs", "good"] {
        world.queue.enqueue(job(name)).await.unwrap();
    }
    world.queue.enqueue_after(job("never"), Duration::MAX).await.unwrap();
    let far = SystemTime::now() + Duration::from_secs(u64::from(u32::MAX) * 60);
    world.queue.enqueue_at(job("never"), far).await.unwrap();
    world.queue.enqueue_at(job("past"), SystemTime::UNIX_EPOCH).await.unwrap();
    let _ = world.queue.job(job("low")).priority(i32::MIN).enqueue().await.unwrap();
    let _ = world.queue.job(job("high")).priority(i32::MAX).enqueue().await.unwrap();
    pass(secs(60)).await;
    let stats = world.handle.queue("work").unwrap().stats();
    assert_eq!((log.count("good"), log.count("past"), log.count("never")), (1, 1, 0));
    assert_eq!((log.count("low"), log.count("high")), (1, 1));
    assert_eq!((stats.delayed, stats.done, stats.retried, stats.snoozed), (5, 4, 2, 1), "{stats:?}");
    assert!(world.handle.service("work").unwrap().is_healthy());
    let report = world.stop().await;
    assert_eq!(report.service("work").unwrap().queue().unwrap().left_over(), 5);
}

/// Each worker is a task: no more of them than there is room for is to be had, but a thousand and one is nothing.
#[tokio::test(start_paused = true)]
async fn many_workers_come_and_go() {
    let handler = |_: Job| async { pass(secs(10)).await };
    let world = open::<Job>(Host::builder().queued("work", Queued::new(handler).workers(10_000))).await;
    for _ in 0..1_000 {
        world.queue.enqueue(job("a")).await.unwrap();
    }
    pass(secs(5)).await;
    assert_eq!(world.handle.queue("work").unwrap().stats().running, 1_000);
    world.handle.queue("work").unwrap().set_workers(0);
    pass(secs(60)).await;
    let stats = world.handle.queue("work").unwrap().stats();
    assert_eq!((stats.workers, stats.done), (1, 1_000));
    world.stop().await;
}
